import {
  blockSize,
  decodeHeader,
  MalformedTar,
  paddingOf,
  type TarHeader,
  trailerSize,
} from './tar-header.ts'

/** What a tar stream holds, in order: an entry, the pieces of its content, its end. */
export type TarPart =
  | { readonly kind: 'entry'; readonly header: TarHeader }
  | { readonly kind: 'content'; readonly piece: Buffer }
  | { readonly kind: 'end' }

export interface TarReader {
  /** Parts that this chunk completes; pieces of content share its memory. Throws `MalformedTar`. */
  read(chunk: Buffer): Iterable<TarPart>
  /** To be called after the last chunk. Throws `MalformedTar` when the archive was not whole. */
  finish(): void
}

/**
 * Takes a tar stream apart without copying content. tar-stream, which is as fast, passes over what must not pass
 * here: a missing trailer, bytes after it, padding that is not zero, links.
 */
export function createTarReader(): TarReader {
  const held = Buffer.alloc(blockSize)
  let heldBytes = 0
  let content = 0
  let padding = 0
  let zeros = 0

  function* read(chunk: Buffer): Iterable<TarPart> {
    let at = 0
    while (at < chunk.length) {
      const available = chunk.length - at
      if (content > 0) {
        const take = Math.min(content, available)
        yield { kind: 'content', piece: chunk.subarray(at, at + take) }
        at += take
        content -= take
        if (content === 0) yield { kind: 'end' }
      } else if (padding > 0) {
        const take = Math.min(padding, available)
        if (!isZero(chunk.subarray(at, at + take))) throw new MalformedTar('padding is not zero')
        at += take
        padding -= take
      } else {
        const take = Math.min(blockSize - heldBytes, available)
        chunk.copy(held, heldBytes, at, at + take)
        at += take
        heldBytes += take
        if (heldBytes === blockSize) yield* block()
      }
    }
  }

  function* block(): Iterable<TarPart> {
    heldBytes = 0
    if (isZero(held)) {
      zeros += blockSize
      if (zeros > trailerSize) throw new MalformedTar('there are bytes after the end of the archive')
      return
    }
    if (zeros > 0) throw new MalformedTar('an entry follows the end of the archive')
    const header = decodeHeader(held)
    content = header.size
    padding = paddingOf(header.size)
    yield { kind: 'entry', header }
    if (content === 0) yield { kind: 'end' }
  }

  return {
    read,
    finish() {
      if (content > 0 || padding > 0 || heldBytes > 0 || zeros !== trailerSize) {
        throw new MalformedTar('the archive is cut off')
      }
    },
  }
}

function isZero(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0) return false
  return true
}
