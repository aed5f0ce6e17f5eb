import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DesiredInstance } from '@croft/protocol'
import type { Engine, Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { checkRoom } from './check-room.ts'
import { countBytes } from './count-bytes.ts'
import type { DataStream, Host } from './host.ts'

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
  stream(signal: AbortSignal): Promise<DataStream>
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
  const { desired, host, signal } = options
  const { origin, version } = desired
  const engine = host.engine(desired.engine)
  if (origin.type === 'empty') {
    const warm = host.pool.take(desired.engine, version, desired.resources)
    if (warm) return { ...warm, version }
    const slot = host.slots.create()
    await removedOnFailure(host, slot, () => engine.initialize(version, host.slots.directory(slot)))
    return { slot, version, server: null }
  }
  const slot = host.slots.create()
  if (origin.type === 'backup') {
    await removedOnFailure(host, slot, async () => {
      const stream = await host.openBackup(origin, desired.engine, version, signal)
      await receive(engine, stream, slot, options)
    })
    return { slot, version, server: null }
  }
  const source = await options.holdSource(origin.instanceId, signal)
  try {
    if (source.version !== version) {
      const message = `A copy has the version of its source: asked for ${version}, the source has ${source.version}.`
      throw new AgentFault('source-unavailable', message)
    }
    await removedOnFailure(host, slot, async () =>
      receive(engine, await source.stream(signal), slot, options),
    )
  } finally {
    source.release()
  }
  return { slot, version, server: null }
}

async function receive(
  engine: Engine,
  stream: DataStream,
  slot: string,
  { desired, host, onProgress, signal }: MakeDataOptions,
): Promise<void> {
  const directory = host.slots.directory(slot)
  await checkRoom(dirname(directory), stream.sizeBytes).catch((error: unknown) => {
    stream.data.destroy()
    throw error
  })
  const counted = countBytes((bytes) => onProgress(bytes, Math.max(bytes, stream.sizeBytes)))
  const copying = pipeline(stream.data, counted, { signal })
  const restored = engine.restore(desired.version, counted, directory, signal)
  restored.catch(() => counted.destroy())
  const ends = await Promise.allSettled([restored, copying])
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
  // Each end fails when the other does; the one that knows why says so with a fault.
  if (reasons.length > 0) throw reasons.find((reason) => reason instanceof AgentFault) ?? reasons[0]
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
