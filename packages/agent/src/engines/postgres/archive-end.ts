import { MalformedTar, trailerSize } from '../tar/tar-header.ts'

/**
 * Passes an archive on but for its trailer, so that entries can be added. The last 1024 bytes are held back
 * until more come.
 */
export function createArchiveEnd(push: (piece: Buffer) => void): {
  write(piece: Buffer): void
  /** Drops the trailer. Throws `MalformedTar` when the archive did not end with one. */
  finish(): void
} {
  let held: Buffer[] = []
  let heldBytes = 0
  return {
    write(piece) {
      held.push(piece)
      heldBytes += piece.length
      let first = held[0]
      while (first && heldBytes - first.length >= trailerSize) {
        push(first)
        held.shift()
        heldBytes -= first.length
        first = held[0]
      }
    },
    finish() {
      const end = Buffer.concat(held)
      const trailer = end.subarray(Math.max(0, end.length - trailerSize))
      if (trailer.length < trailerSize || trailer.some((byte) => byte !== 0)) {
        throw new MalformedTar('the archive has no end')
      }
      if (end.length > trailerSize) push(end.subarray(0, end.length - trailerSize))
      held = []
      heldBytes = 0
    },
  }
}
