import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMessageReader } from './replication-messages.ts'

type Message = { type: string; body: Buffer } | { kind: string; body: Buffer } | { data: Buffer }

function encode(message: Message): Buffer {
  const head = Buffer.alloc(5)
  const body =
    'data' in message
      ? Buffer.concat([Buffer.from('d'), message.data])
      : 'kind' in message
        ? Buffer.concat([Buffer.from(message.kind), message.body])
        : message.body
  head.write('type' in message ? message.type : 'd', 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const plain = { noNullPrototype: true as const }
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constantFrom('T', 'D', 'C', 'Z', 'E', 'H', 'c', 'N'), body }, plain),
  fc.record({ kind: fc.constantFrom('n', 'm', 'p'), body }, plain),
  fc.record({ data: body }, plain),
)

/** Pieces of data between other messages are one run: how they were cut is nobody's business. */
function joinData(seen: readonly Message[]): Message[] {
  const joined: Message[] = []
  for (const one of seen) {
    const last = joined.at(-1)
    if ('data' in one && last && 'data' in last) last.data = Buffer.concat([last.data, one.data])
    else if (!('data' in one && one.data.length === 0)) joined.push({ ...one })
  }
  return joined
}

test('messages come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 20 }),
      fc.array(fc.nat(8000), { maxLength: 30 }),
      (sent, cuts) => {
        const stream = Buffer.concat(sent.map(encode))
        const seen: Message[] = []
        const read = createMessageReader({
          message: (type, bytes) => void seen.push({ type, body: Buffer.from(bytes) }),
          copyMessage: (kind, bytes) => void seen.push({ kind, body: Buffer.from(bytes) }),
          copyData: (piece) => void seen.push({ data: Buffer.from(piece) }),
        })
        const edges = [
          0,
          ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b),
          stream.length,
        ]
        edges.forEach((start, index) => {
          read(stream.subarray(start, edges[index + 1] ?? stream.length))
        })
        assert.deepEqual(joinData(seen), joinData(sent))
      },
    ),
  )
})

test('impossible and boundless lengths are refused', () => {
  const ignore = { message() {}, copyMessage() {}, copyData() {} }
  const head = (type: string, length: number) => {
    const bytes = Buffer.alloc(6)
    bytes.write(type, 'latin1')
    bytes.writeUInt32BE(length, 1)
    return bytes
  }
  assert.throws(() => createMessageReader(ignore)(head('T', 3)), /impossible/)
  assert.throws(() => createMessageReader(ignore)(head('d', 4)), /impossible/)
  assert.throws(() => createMessageReader(ignore)(head('T', 2 ** 31)), /too long/)
})
