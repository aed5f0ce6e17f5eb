/** Who gets what a server sends on a replication connection. */
export interface ReplicationListener {
  /** A whole message: its type's letter, and its body. */
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
      const take = Math.min(bytesNeeded(held) - held.length, chunk.length - at)
      held = Buffer.concat([held, chunk.subarray(at, at + take)])
      at += take
      if (held.length < bytesNeeded(held)) continue
      const type = held[0] ?? 0
      const body = held.subarray(5)
      if (type !== copyDataType) listener.message(String.fromCharCode(type), body)
      else if (body[0] === dataKind) dataLeft = held.readUInt32BE(1) - 5
      else listener.copyMessage(String.fromCharCode(body[0] ?? 0), body.subarray(1))
      held = Buffer.alloc(0)
    }
  }
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
