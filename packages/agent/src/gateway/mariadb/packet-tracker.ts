/** Follows where packets begin and end; keeps no more than the first bytes of each. */
export interface PacketTracker {
  /** Takes a chunk. With `toBoundary` it stops at the first packet end. Returns how many bytes it took. */
  push(chunk: Buffer, toBoundary?: boolean): number
  /** No packet is half sent, nor one of several that make up a message. */
  atBoundary(): boolean
  /** Sequence number of the packet that came last; -1 before the first. */
  lastSequence(): number
}

/** The first bytes of a message, and its length as far as its first packet says it. */
export interface PacketHead {
  readonly first: Buffer
  readonly length: number
  readonly sequence: number
}

const HEADER = 4
/** A packet of this length goes on in the next. */
const FULL = 0xffffff
/** An OK packet says all that matters in 21 bytes. */
const KEPT = 24

export function createPacketTracker(onMessage: (head: PacketHead) => void): PacketTracker {
  const header = Buffer.alloc(HEADER)
  const kept = Buffer.alloc(KEPT)
  let headerBytes = 0
  let keptBytes = 0
  let bodyLeft = 0
  let length = 0
  let sequence = -1
  /** The packet under way, or the next, belongs to the message of the one before. */
  let continued = false

  const takeBody = (chunk: Buffer, at: number): number => {
    const taken = Math.min(bodyLeft, chunk.length - at)
    if (keptBytes < KEPT) {
      const copied = Math.min(KEPT - keptBytes, taken)
      chunk.copy(kept, keptBytes, at, at + copied)
      keptBytes += copied
    }
    bodyLeft -= taken
    return at + taken
  }

  const takeHeader = (chunk: Buffer, at: number): number => {
    const taken = Math.min(HEADER - headerBytes, chunk.length - at)
    chunk.copy(header, headerBytes, at, at + taken)
    headerBytes += taken
    if (headerBytes === HEADER) {
      length = header.readUIntLE(0, 3)
      sequence = header[3] ?? 0
      bodyLeft = length
      keptBytes = 0
    }
    return at + taken
  }

  return {
    push(chunk, toBoundary = false) {
      let at = 0
      while (at < chunk.length) {
        at = headerBytes < HEADER ? takeHeader(chunk, at) : takeBody(chunk, at)
        if (headerBytes < HEADER || bodyLeft > 0) continue
        headerBytes = 0
        const isFirst = !continued
        continued = length === FULL
        if (isFirst) onMessage({ first: kept.subarray(0, keptBytes), length, sequence })
        if (toBoundary && !continued) return at
      }
      return at
    },
    atBoundary: () => headerBytes === 0 && !continued,
    lastSequence: () => sequence,
  }
}
