import { dirname } from 'node:path'
import type { Origin, Recovery, RecoveryPoint } from '@croft/protocol'
import { readChain } from '../archive/chain.ts'
import { readArchive } from '../archive/read-archive.ts'
import type { Engine } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { checkRoom } from './check-room.ts'
import type { Host } from './host.ts'
import { receiveData } from './receive-data.ts'

export interface RestoreOptions {
  readonly host: Pick<Host, 'openBackup' | 'openStore' | 'flushArchive' | 'chainEnd' | 'log'>
  readonly engine: Engine
  readonly version: string
  readonly directory: string
  onProgress(doneBytes: number, totalBytes: number): void
  readonly signal: AbortSignal
}

type Backup = Extract<Origin, { type: 'backup' }>

/**
 * Makes a data directory from a backup and, with a `recovery`, lays the archived changes beside it that its first
 * start replays. Throws `AgentFault`.
 */
export async function restoreBackup(origin: Backup, options: RestoreOptions): Promise<void> {
  const { host, engine, version, onProgress, signal } = options
  const { recovery } = origin
  // Before the copy, not after it: what is written meanwhile is later than the moment that was asked for.
  const flushed = recovery ? await flush(host, recovery, signal) : null
  // The newest changes would be missing without a word.
  if (flushed?.failure && flushed.end === 'open' && recovery?.until.type === 'latest')
    throw flushed.failure.error
  const stream = await host.openBackup(origin, engine.name, version, signal)
  const { consistentAt } = stream.manifest ?? {}
  if (recovery && consistentAt !== undefined && isBefore(recovery.until, consistentAt)) {
    stream.data.destroy()
    const message = `The backup to begin with was completed at ${consistentAt}, after the moment to restore to.`
    throw new AgentFault('backup-incompatible', message)
  }
  await receiveData(stream, options)
  if (!recovery || !flushed) return
  await replay({ ...options, origin, recovery, flushed }, (bytes, total) =>
    onProgress(stream.sizeBytes + bytes, stream.sizeBytes + total),
  )
}

/** PostgreSQL itself would stop at once, without a word, and serve what is later than was asked for. */
function isBefore(until: RecoveryPoint, consistentAt: string): boolean {
  return until.type === 'time' && Date.parse(until.at) < Date.parse(consistentAt)
}

interface Flushed {
  /** Why the archive could not be brought up to date. It matters only for what is not archived yet. */
  readonly failure: { readonly error: unknown } | null
  /** The chain's, as `Host.chainEnd` gives it. */
  readonly end: ReturnType<Host['chainEnd']>
}

async function flush(
  host: Pick<Host, 'flushArchive' | 'chainEnd' | 'log'>,
  { instanceId, chain }: Recovery,
  signal: AbortSignal,
): Promise<Flushed> {
  let failure: Flushed['failure'] = null
  try {
    await host.flushArchive(instanceId, signal)
  } catch (error) {
    signal.throwIfAborted()
    host.log.warn({ err: error, instance: instanceId }, 'an archive could not be brought up to date')
    failure = { error }
  }
  return { failure, end: host.chainEnd(instanceId, chain) }
}

/**
 * Throws `AgentFault` when commits from before a moment, in ms, may be missing. The control plane asks for a moment
 * that an ended chain leads to; of one that was broken off meanwhile it did not know.
 */
function checkReached(moment: number, coversUntil: number, { failure, end }: Flushed): void {
  if (coversUntil > moment || end === null) return
  if (end === 'open') {
    if (failure) throw failure.error
  } else if (end < moment) {
    const good = new Date(Math.max(end, coversUntil)).toISOString()
    const message = `The archive was broken off before the moment to restore to; restore to ${good} or earlier.`
    throw new AgentFault('archive-broken', message)
  }
}

interface ReplayOptions extends RestoreOptions {
  readonly origin: Backup
  readonly recovery: NonNullable<Backup['recovery']>
  readonly flushed: Flushed
}

async function replay(
  options: ReplayOptions,
  onProgress: (bytes: number, total: number) => void,
): Promise<void> {
  const { host, engine, version, directory, origin, recovery, signal } = options
  const { instanceId, chain, until } = recovery
  const store = host.openStore(origin.target)
  const about = await readChain(store, instanceId, chain, signal)
  if (!engine.prepareRecovery || about.engine !== engine.name || about.version !== version) {
    throw new AgentFault(
      'backup-incompatible',
      `The archive is one of ${about.engine} ${about.version}; ${engine.name} ${version} cannot replay it.`,
    )
  }
  if (about.encrypted && origin.encryptionKey === undefined) {
    throw new AgentFault(
      'backup-corrupt',
      'The archive is encrypted and its key did not come with the request.',
    )
  }
  const key = about.encrypted ? Buffer.from(origin.encryptionKey ?? '', 'base64') : null
  await engine.prepareRecovery({
    version,
    directory,
    until,
    segmentBytes: about.segmentBytes,
    timeline: about.timeline,
    signal,
    async *log(from) {
      const log = await readArchive({ store, instanceId, chain, key, from, until, signal })
      if (until.type === 'time') checkReached(Date.parse(until.at), log.coversUntil ?? 0, options.flushed)
      await checkRoom(dirname(directory), log.sizeBytes)
      let done = 0
      for await (const piece of log.pieces) {
        yield piece
        done += piece.data.length
        onProgress(done, log.sizeBytes)
      }
    },
  })
}
