/** Follows where replies (RESP2 and RESP3) begin and end; keeps no bytes. Commands in RESP are followed as well. */
export interface RespTracker {
  /** Takes a chunk. With `toBoundary` it stops at the first end of a whole reply. Returns how many bytes it took. */
  push(chunk: Buffer, toBoundary?: boolean): number
  /** No reply is half sent, so one of our own may go between. */
  atBoundary(): boolean
  /** Whole replies so far, without those that nobody asked for (push). */
  count(): number
  /** Type byte of the reply that came last, whole or not; 0 before the first. */
  lastType(): number
}

const LINE_FEED = 0x0a
const MINUS = 0x2d
const PUSH = 0x3e
const ATTRIBUTE = 0x7c

/** Elements that follow for each unit of the number in a type's header, and whether its bytes follow instead. */
const elementsOf = new Map([
  [0x2a, 1], // *
  [0x7e, 1], // ~
  [PUSH, 1],
  [0x25, 2], // %
  [ATTRIBUTE, 2],
])
const bulks = new Set([0x24, 0x3d, 0x21]) // $ = !

export function createRespTracker(): RespTracker {
  /** Elements still to come of the reply under way; nesting needs no more than their sum. */
  let pending = 0
  /** Bytes of a bulk string still to come, with its line end. */
  let skip = 0
  /** The element whose header line is under way; 0 between elements. */
  let type = 0
  let number = 0
  let negative = false
  let top = 0
  let whole = 0

  const endElement = () => {
    type = 0
    pending -= 1
    if (pending === 0 && top !== PUSH) whole += 1
  }

  const endLine = () => {
    const factor = elementsOf.get(type)
    if (bulks.has(type) && !negative) skip = number + 2
    else if (factor === undefined || negative) endElement()
    else {
      pending += number * factor
      // An attribute stands before the element it belongs to.
      if (type === ATTRIBUTE) type = 0
      else endElement()
    }
  }

  /** Takes bytes of a header line; returns where it stopped. */
  const takeLine = (chunk: Buffer, from: number): number => {
    if (!elementsOf.has(type) && !bulks.has(type)) {
      const end = chunk.indexOf(LINE_FEED, from)
      if (end < 0) return chunk.length
      endLine()
      return end + 1
    }
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0
      if (byte === LINE_FEED) {
        endLine()
        return at + 1
      }
      if (byte === MINUS) negative = true
      else if (byte >= 0x30 && byte <= 0x39) number = number * 10 + byte - 0x30
    }
    return chunk.length
  }

  return {
    push(chunk, toBoundary = false) {
      let at = 0
      while (at < chunk.length) {
        if (skip > 0) {
          const taken = Math.min(skip, chunk.length - at)
          skip -= taken
          at += taken
          if (skip === 0) endElement()
        } else if (type === 0) {
          type = chunk[at] ?? 0
          at += 1
          number = 0
          negative = false
          if (pending === 0) {
            pending = 1
            top = type
          }
          // An empty inline command is its own line end.
          if (type === LINE_FEED) endElement()
        } else {
          at = takeLine(chunk, at)
        }
        if (toBoundary && pending === 0) return at
      }
      return at
    },
    atBoundary: () => pending === 0,
    count: () => whole,
    lastType: () => top,
  }
}
