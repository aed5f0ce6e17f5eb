import type { DesiredInstance } from '@croft/protocol'
import type { Engine, Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import type { Host } from './host.ts'
import { receiveData } from './receive-data.ts'
import { restoreBackup } from './restore-backup.ts'

/** A new data directory, not yet named by any instance. */
export interface MadeData {
  readonly slot: string
  readonly version: string
  /** Set when the warm pool had a started one. */
  readonly server: Server | null
}

/** The instance a copy is taken from, held awake for as long. */
export interface Source {
  readonly version: string
  readonly server: Server
  release(): void
}

export interface MakeDataOptions {
  readonly desired: DesiredInstance
  readonly host: Host
  /** Holds another instance awake; waits for its first epoch a limited time. Throws `AgentFault`. */
  holdSource(instanceId: string, signal: AbortSignal): Promise<Source>
  onProgress(doneBytes: number, totalBytes: number): void
  readonly signal: AbortSignal
}

/** Makes the data of an epoch from its origin. Leaves nothing behind when it throws. */
export async function makeData(options: MakeDataOptions): Promise<MadeData> {
  const { desired, host, signal, onProgress } = options
  const { origin, version } = desired
  const engine = host.engine(desired.engine)
  if (origin.type === 'empty') {
    const warm = host.pool.take(desired.engine, version, desired.resources)
    if (warm) return { ...warm, version }
  }
  const slot = host.slots.create()
  const receive = { host, engine, version, directory: host.slots.directory(slot), onProgress, signal }
  await removedOnFailure(host, slot, async () => {
    if (origin.type === 'empty') await engine.initialize(version, receive.directory)
    else if (origin.type === 'backup') await restoreBackup(origin, receive)
    else await copyInstance(origin.instanceId, options, receive)
  })
  return { slot, version, server: null }
}

async function copyInstance(
  instanceId: string,
  { holdSource }: MakeDataOptions,
  receive: {
    engine: Engine
    version: string
    directory: string
    onProgress: MakeDataOptions['onProgress']
    signal: AbortSignal
  },
): Promise<void> {
  const { engine, version, directory, signal } = receive
  const source = await holdSource(instanceId, signal)
  try {
    if (source.version !== version) {
      const message = `A copy has the version of its source: asked for ${version}, the source has ${source.version}.`
      throw new AgentFault('source-unavailable', message)
    }
    // At once where the file system can share blocks, and what is small; else a copy through the server.
    if (await engine.reflink?.(source.server, directory, signal)) return
    await receiveData(await source.server.stream(signal), receive)
  } finally {
    source.release()
  }
}

async function removedOnFailure(host: Host, slot: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await host.slots.remove(slot).catch((left: unknown) => {
      host.log.warn({ err: left, slot }, 'a broken copy could not be removed; the next start removes it')
    })
    throw error
  }
}
