import type { FileHandle } from 'node:fs/promises'

/** Writes all pieces at `position`. One call may write less than it was given, for one when a disk is nearly full. */
export async function writeAll(file: FileHandle, pieces: Buffer[], position: number): Promise<void> {
  const { bytesWritten } = await file.writev(pieces, position)
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (bytesWritten === total) return
  const rest = Buffer.concat(pieces).subarray(bytesWritten)
  let done = 0
  while (done < rest.length) {
    const written = await file.write(rest, done, rest.length - done, position + bytesWritten + done)
    done += written.bytesWritten
  }
}
