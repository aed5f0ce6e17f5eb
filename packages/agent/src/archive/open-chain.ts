import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { BackupTarget } from '@croft/protocol'
import type { BackupStore } from '../backups/targets/target.ts'
import type { InitialCopy, LogStream, Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import type { ArchiveShare } from './archive-share.ts'
import { type ChainManifest, readChain } from './chain.ts'
import type { KnownArchive } from './known-archive.ts'
import { listPieces, supersededPieces, trailingSmall } from './list-pieces.ts'
import { formatLsn, type Lsn, parseLsn } from './lsn.ts'
import { isSmall, mergedPieces } from './merge-pieces.ts'
import { chainKey, chainManifestName, logKey, type Piece, parsePieceName } from './piece-key.ts'

/** Whose log a chain is. */
export interface LogOwner {
  readonly instanceId: string
  readonly epoch: number
  readonly slot: string
  readonly engine: string
  readonly version: string
}

/** A chain to go on with, and from where. */
export interface OpenChain {
  readonly chain: ChainManifest
  readonly from: Lsn
  readonly archivedAt: number
  readonly small: readonly Piece[]
  readonly superseded: readonly Piece[]
  /** Its description is stored. */
  readonly prepared: boolean
}

/** The chain as it was left by a stop that told all. */
export function continueChain(known: KnownArchive): OpenChain {
  return {
    chain: known.chain,
    from: parseLsn(known.lsn),
    archivedAt: Date.parse(known.archivedAt),
    small: known.small.flatMap((name) => parsePieceName(name) ?? []),
    superseded: [],
    prepared: true,
  }
}

/** The chain as an agent left it that was killed: what it stored last is found by a listing. Throws `AgentFault`. */
export async function findChainEnd(
  known: KnownArchive,
  store: BackupStore,
  signal: AbortSignal,
): Promise<OpenChain> {
  const { chain } = known
  const prepared = await readChain(store, chain.instanceId, chain.chain, signal).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AgentFault && error.code === 'backup-missing') return false
      throw error
    },
  )
  const pieces = await listPieces(store, logKey(chain.instanceId, chain.chain))
  const superseded = supersededPieces(pieces)
  const rest = pieces.filter((piece) => !superseded.includes(piece))
  const last = rest.at(-1)
  const before = continueChain(known)
  // Earlier pieces may have been trimmed, but never the last.
  if (!last || last.end <= before.from) return { ...before, superseded, prepared }
  return {
    chain,
    from: last.end,
    archivedAt: Math.max(before.archivedAt, last.coversUntil),
    small: trailingSmall(rest, isSmall, mergedPieces - 1),
    superseded,
    prepared,
  }
}

/** Everything that was durable at a moment, in ms, lies before `end`. */
export interface DurableAt {
  readonly at: number
  readonly end: Lsn
}

export interface BeginOptions {
  readonly owner: LogOwner
  readonly server: Server
  readonly encrypted: boolean
  /** What the data began with, when it began empty. */
  initial(): Promise<InitialCopy | null>
}

/** A new chain, its stream, and the copy that it goes on from, which is to be stored before it. Throws `AgentFault`. */
export async function beginChain({ owner, server, encrypted, initial }: BeginOptions): Promise<{
  open: OpenChain
  stream: LogStream
  initial: InitialCopy | null
  durable: DurableAt
}> {
  // Before the position is asked for: what is durable now lies before it.
  const now = new Date()
  const position = await server.logPosition?.()
  if (!position || !server.followLog) throw new Error(`${owner.engine} has no log to archive`)
  const copy = await initial()
  const base = copy?.systemId === position.systemId ? copy : null
  const followed = base ? await followInitial(server, base) : null
  const stream = followed ?? (await server.followLog(null))
  const chain: ChainManifest = {
    format: 1,
    instanceId: owner.instanceId,
    chain: `e${owner.epoch}-${randomBytes(8).toString('hex')}`,
    epoch: owner.epoch,
    engine: owner.engine,
    version: owner.version,
    timeline: position.timeline,
    segmentBytes: position.segmentBytes,
    systemId: position.systemId,
    startLsn: formatLsn(stream.start),
    startedAt: now.toISOString(),
    baseKey: followed && base ? `templates/${base.systemId}` : null,
    encrypted,
  }
  const open = {
    // Earlier than its start: nothing is archived yet.
    ...{ chain, from: stream.start, archivedAt: now.getTime() - 1 },
    ...{ small: [], superseded: [], prepared: false },
  }
  const durable = { at: now.getTime(), end: position.end }
  return { open, stream, initial: followed ? base : null, durable }
}

/** Null when changes since the initial copy are gone. */
async function followInitial(server: Server, { consistentLsn }: InitialCopy): Promise<LogStream | null> {
  try {
    return (await server.followLog?.(consistentLsn)) ?? null
  } catch (error) {
    if (error instanceof AgentFault && error.code === 'archive-broken') return null
    throw error
  }
}

export interface PrepareOptions {
  readonly share: ArchiveShare
  target(): BackupTarget
  readonly chain: ChainManifest
  readonly initial: InitialCopy | null
}

/** Stores what has to be there before a chain's first piece. */
export async function prepareChain(options: PrepareOptions, signal: AbortSignal): Promise<void> {
  const { share, chain, initial } = options
  const target = options.target()
  if (initial) await share.storeInitial(target, initial, chain, signal)
  const content = Buffer.from(`${JSON.stringify(chain, null, 2)}\n`)
  const key = `${chainKey(chain.instanceId, chain.chain)}/${chainManifestName}`
  await share.openStore(target).put(key, Readable.from([content]), signal)
}
