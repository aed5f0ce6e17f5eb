import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lsn } from '../../../archive/lsn.ts'
import { createLanes } from '../../../files/lanes.ts'
import { syncDirectory } from '../../../files/sync-directory.ts'
import { writeAll } from '../../../files/write-all.ts'
import type { RunAs } from '../../../host/run-as.ts'

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants

export interface LayLogOptions {
  readonly directory: string
  readonly log: AsyncIterable<{ readonly start: Lsn; readonly data: Buffer }>
  readonly segmentBytes: number
  readonly timeline: number
  readonly owner: RunAs | null
  readonly signal: AbortSignal
}

/** Segments whose last bytes are still on their way to the disk. */
const syncsAtOnce = 4

/**
 * Writes a log into the segments of a data directory's pg_wal, each whole, with zeros where nothing is known. Those
 * that came with a backup hold the same bytes already, and maybe more. On disk when it resolves.
 */
export async function layLog(options: LayLogOptions): Promise<void> {
  const { directory, log, owner, signal } = options
  const segmentBytes = BigInt(options.segmentBytes)
  const lanes = createLanes(syncsAtOnce)
  let segment: { readonly number: bigint; readonly file: FileHandle } | undefined
  const end = async () => {
    const ended = segment
    segment = undefined
    if (ended) await lanes.run(() => seal(ended.file, owner))
  }
  const enter = async (number: bigint): Promise<FileHandle> => {
    if (segment?.number === number) return segment.file
    await end()
    const path = join(directory, 'pg_wal', segmentName(options.timeline, number, segmentBytes))
    const file = await open(path, O_CREAT | O_NOFOLLOW | O_RDWR, 0o600)
    segment = { number, file }
    const { size } = await file.stat()
    if (size !== options.segmentBytes) await file.truncate(options.segmentBytes)
    return file
  }
  try {
    for await (const { start, data } of log) {
      signal.throwIfAborted()
      let at = start
      for (let rest = data; rest.length > 0; ) {
        const offset = at % segmentBytes
        const part = rest.subarray(0, Number(segmentBytes - offset))
        await writeAll(await enter(at / segmentBytes), [part], Number(offset))
        at += BigInt(part.length)
        rest = rest.subarray(part.length)
      }
    }
    await end()
    await lanes.finish()
  } finally {
    await lanes.idle()
    await segment?.file.close()
  }
  await syncDirectory(join(directory, 'pg_wal'))
}

async function seal(file: FileHandle, owner: RunAs | null): Promise<void> {
  try {
    if (owner) await file.chown(owner.uid, owner.gid)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** As PostgreSQL names it: 8 hexadecimal digits each of timeline, high half, and segment within the half. */
export function segmentName(timeline: number, number: bigint, segmentBytes: bigint): string {
  const perHalf = 0x1_0000_0000n / segmentBytes
  const hex8 = (value: bigint) => value.toString(16).toUpperCase().padStart(8, '0')
  return hex8(BigInt(timeline)) + hex8(number / perHalf) + hex8(number % perHalf)
}
