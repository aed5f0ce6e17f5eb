/** Who gets what a server sends on a replication connection. */
export interface ReplicationListener {
  /** A whole message: its type's letter, and its body, which may share the memory of the chunk it came in. */
  message(type: string, body: Buffer): void
  /** A message inside COPY but data: its kind's letter, and the rest of it. */
  copyMessage(kind: string, body: Buffer): void
  /** Data inside COPY, as it arrives; it shares the memory of the chunk it came in. */
  copyData(piece: Buffer): void
}

/** The largest message that is held in memory; PostgreSQL's own (but for data) are a few hundred bytes. */
const messageLimit = 1024 * 1024
const copyDataType = 0x64
const dataKind = 0x64

/**
 * Cuts a server's byte stream into messages. The content of a base backup is passed on in the pieces it came in,
 * without a copy. Give it each chunk in turn; it throws when the stream is not the protocol.
 */
export function createMessageReader(listener: ReplicationListener): (chunk: Buffer) => void {
  let held = Buffer.alloc(0)
  let dataLeft = 0
  const pass = (message: Buffer) => {
    const type = message[0] ?? 0
    if (type !== copyDataType) listener.message(String.fromCharCode(type), message.subarray(5))
    else listener.copyMessage(String.fromCharCode(message[5] ?? 0), message.subarray(6))
  }

  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (dataLeft > 0) {
        const take = Math.min(dataLeft, chunk.length - at)
        listener.copyData(chunk.subarray(at, at + take))
        at += take
        dataLeft -= take
        continue
      }
      if (held.length === 0) {
        const whole = wholeMessage(chunk, at)
        if (whole) {
          pass(whole)
          at += whole.length
          continue
        }
      }
      const take = Math.min(bytesNeeded(held) - held.length, chunk.length - at)
      held = Buffer.concat([held, chunk.subarray(at, at + take)])
      at += take
      if (held.length < bytesNeeded(held)) continue
      if (held[0] === copyDataType && held[5] === dataKind) dataLeft = held.readUInt32BE(1) - 5
      else pass(held)
      held = Buffer.alloc(0)
    }
  }
}

/** The message at a place, when all of it is there and it is none of data: passed on without a copy. */
function wholeMessage(chunk: Buffer, at: number): Buffer | undefined {
  if (chunk.length - at < 6) return undefined
  const length = chunk.readUInt32BE(at + 1)
  const isCopyData = chunk[at] === copyDataType
  if (length < (isCopyData ? 5 : 4) || length > messageLimit || at + 1 + length > chunk.length)
    return undefined
  return isCopyData && chunk[at + 5] === dataKind ? undefined : chunk.subarray(at, at + 1 + length)
}

/** How many bytes of a message must be there before it is known what to do, or to do it. */
function bytesNeeded(held: Buffer): number {
  if (held.length < 5) return 5
  const length = held.readUInt32BE(1)
  const isCopyData = held[0] === copyDataType
  if (length < (isCopyData ? 5 : 4)) throw new Error('a message of the server has an impossible length')
  if (isCopyData && held.length < 6) return 6
  if (isCopyData && held[5] === dataKind) return 6
  if (length > messageLimit) throw new Error('a message of the server is too long')
  return length + 1
}
