/** Follows where messages of a server begin and end, by arithmetic over chunk lengths; keeps no bytes. */
export interface MessageTracker {
  /** Takes a chunk. With `toBoundary` it stops at the first message end. Returns how many bytes it took. */
  push(chunk: Uint8Array, toBoundary?: boolean): number
  /** No message is half sent, so one of our own may go between. */
  atBoundary(): boolean
  /** Type byte of the message that came last, whole or not; 0 before the first. */
  lastType(): number
}

const HEADER = 5

export function createMessageTracker(): MessageTracker {
  let type = 0
  let length = 0
  let headerBytes = 0
  let bodyLeft = 0

  return {
    push(chunk, toBoundary = false) {
      const end = chunk.length
      let at = 0
      while (at < end) {
        if (bodyLeft > 0) {
          const taken = Math.min(bodyLeft, end - at)
          bodyLeft -= taken
          at += taken
        } else if (headerBytes === 0 && end - at >= HEADER) {
          type = chunk[at] ?? 0
          length =
            ((chunk[at + 1] ?? 0) << 24) |
            ((chunk[at + 2] ?? 0) << 16) |
            ((chunk[at + 3] ?? 0) << 8) |
            (chunk[at + 4] ?? 0)
          // A length below its own four bytes is no message: there is no boundary after it.
          bodyLeft = length < 4 ? Number.POSITIVE_INFINITY : length - 4
          at += HEADER
        } else {
          const byte = chunk[at] ?? 0
          if (headerBytes === 0) {
            type = byte
            length = 0
          } else {
            length = (length << 8) | byte
          }
          at += 1
          headerBytes += 1
          if (headerBytes === HEADER) {
            headerBytes = 0
            bodyLeft = length < 4 ? Number.POSITIVE_INFINITY : length - 4
          }
        }
        if (toBoundary && bodyLeft === 0 && headerBytes === 0) return at
      }
      return at
    },
    atBoundary: () => bodyLeft === 0 && headerBytes === 0,
    lastType: () => type,
  }
}
