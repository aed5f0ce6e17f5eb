import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Engine } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import { checkRoom } from './check-room.ts'
import { countBytes } from './count-bytes.ts'
import type { DataStream } from './host.ts'

export interface ReceiveOptions {
  readonly engine: Engine
  readonly version: string
  /** Becomes a data directory that a server can be started on. */
  readonly directory: string
  onProgress(doneBytes: number, totalBytes: number): void
  readonly signal: AbortSignal
}

/** Writes a copy, and what changed after it, into a new data directory. Throws `AgentFault`. */
export async function receiveData(stream: DataStream, options: ReceiveOptions): Promise<void> {
  const { engine, version, directory, signal } = options
  const increments = stream.increments ?? []
  await checkRoom(dirname(directory), stream.sizeBytes).catch((error: unknown) => {
    stream.data.destroy()
    throw error
  })
  const { restoreIncrement } = engine
  if (increments.length > 0 && !restoreIncrement) {
    stream.data.destroy()
    throw new AgentFault('backup-incompatible', `${engine.name} has no incremental backups.`)
  }
  let done = 0
  const through = async (data: Readable, write: (data: Readable) => Promise<void>) => {
    const before = done
    const counted = countBytes((bytes) => {
      done = before + bytes
      options.onProgress(done, Math.max(done, stream.sizeBytes))
    })
    await copyThrough(data, counted, write, signal)
  }
  await through(stream.data, (data) => engine.restore(version, data, directory, signal))
  for (const increment of increments) {
    await through(await increment.open(), async (data) => {
      await restoreIncrement?.(version, data, directory, signal)
    })
  }
}

async function copyThrough(
  data: Readable,
  counted: ReturnType<typeof countBytes>,
  write: (data: Readable) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const copying = pipeline(data, counted, { signal })
  const written = write(counted)
  written.catch(() => counted.destroy())
  const ends = await Promise.allSettled([written, copying])
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
  // Each end fails when the other does; the one that knows why says so with a fault.
  if (reasons.length > 0) throw reasons.find((reason) => reason instanceof AgentFault) ?? reasons[0]
}
