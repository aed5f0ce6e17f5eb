import { dirname } from 'node:path'
import type { Origin, RecoveryPoint } from '@croft/protocol'
import { readChain } from '../archive/chain.ts'
import { readArchive } from '../archive/read-archive.ts'
import type { Engine } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { checkRoom } from './check-room.ts'
import type { Host } from './host.ts'
import { receiveData } from './receive-data.ts'

export interface RestoreOptions {
  readonly host: Pick<Host, 'openBackup' | 'openStore' | 'flushArchive' | 'log'>
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
  const unflushed = recovery ? await flush(host, recovery.instanceId, signal) : null
  const stream = await host.openBackup(origin, engine.name, version, signal)
  const { consistentAt } = stream.manifest ?? {}
  if (recovery && consistentAt !== undefined && isBefore(recovery.until, consistentAt)) {
    stream.data.destroy()
    const message = `The backup to begin with was completed at ${consistentAt}, after the moment to restore to.`
    throw new AgentFault('backup-incompatible', message)
  }
  await receiveData(stream, options)
  if (!recovery) return
  await replay({ ...options, origin, recovery, unflushed }, (bytes, total) =>
    onProgress(stream.sizeBytes + bytes, stream.sizeBytes + total),
  )
}

/** PostgreSQL itself would stop at once, without a word, and serve what is later than was asked for. */
function isBefore(until: RecoveryPoint, consistentAt: string): boolean {
  return until.type === 'time' && Date.parse(until.at) < Date.parse(consistentAt)
}

/** Why the archive could not be brought up to date, or null. It matters only for what is not archived yet. */
async function flush(
  host: Pick<Host, 'flushArchive' | 'log'>,
  instanceId: string,
  signal: AbortSignal,
): Promise<{ error: unknown } | null> {
  try {
    await host.flushArchive(instanceId, signal)
    return null
  } catch (error) {
    signal.throwIfAborted()
    host.log.warn({ err: error, instance: instanceId }, 'an archive could not be brought up to date')
    return { error }
  }
}

interface ReplayOptions extends RestoreOptions {
  readonly origin: Backup
  readonly recovery: NonNullable<Backup['recovery']>
  readonly unflushed: { error: unknown } | null
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
      const unreached = until.type === 'time' && (log.coversUntil ?? 0) <= Date.parse(until.at)
      if (unreached && options.unflushed) throw options.unflushed.error
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
