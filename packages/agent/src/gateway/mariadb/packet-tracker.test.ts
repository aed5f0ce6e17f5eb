import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cut } from '../../../test/cut.ts'
import { encodePacket, parsePacket } from './packet.ts'
import { createPacketTracker } from './packet-tracker.ts'

const packets = fc.array(
  fc.record({
    sequence: fc.nat(255),
    payload: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  }),
  { minLength: 1, maxLength: 10 },
)
const cuts = fc.array(fc.nat(), { maxLength: 20 })

test('packets are told apart however the bytes are cut', () => {
  fc.assert(
    fc.property(packets, cuts, (sent, at) => {
      const encoded = sent.map(({ sequence, payload }) => encodePacket(sequence, payload))
      const ends = new Set<number>()
      let end = 0
      for (const bytes of encoded) {
        end += bytes.length
        ends.add(end)
      }
      const heads: { first: string; length: number; sequence: number }[] = []
      const tracker = createPacketTracker(({ first, length, sequence }) => {
        heads.push({ first: first.toString('hex'), length, sequence })
      })
      let seen = 0
      for (const chunk of cut(Buffer.concat(encoded), at)) {
        assert.equal(tracker.push(chunk), chunk.length)
        seen += chunk.length
        assert.equal(tracker.atBoundary(), ends.has(seen))
      }
      assert.deepEqual(
        heads,
        sent.map(({ sequence, payload }) => ({
          first: payload.subarray(0, 24).toString('hex'),
          length: payload.length,
          sequence,
        })),
      )
    }),
  )
})

test('asked to, it stops at the first packet end', () => {
  const [first, second] = [encodePacket(1, Buffer.alloc(10)), encodePacket(2, Buffer.alloc(5))]
  const tracker = createPacketTracker(() => {})
  tracker.push(first.subarray(0, 7))
  assert.equal(tracker.push(Buffer.concat([first.subarray(7), second]), true), 7)
  assert.ok(tracker.atBoundary())
})

test('a message of more than 16 MB ends with its last packet', () => {
  let messages = 0
  const tracker = createPacketTracker(() => {
    messages += 1
  })
  tracker.push(encodePacket(0, Buffer.alloc(0xffffff)))
  assert.equal(tracker.atBoundary(), false)
  tracker.push(encodePacket(1, Buffer.alloc(0)))
  assert.ok(tracker.atBoundary())
  assert.equal(messages, 1)
})

test('a packet of a login is read once it is whole, and has a limit', () => {
  const payload = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(fc.nat(255), payload, fc.uint8Array({ maxLength: 9 }), (sequence, body, after) => {
      const packet = encodePacket(sequence, body)
      for (let length = 0; length < packet.length; length += 1) {
        assert.equal(parsePacket(packet.subarray(0, length)), undefined)
      }
      const parsed = parsePacket(Buffer.concat([packet, after]))
      assert.equal(parsed?.length, packet.length)
      assert.deepEqual(parsed?.value, { sequence, payload: body })
    }),
  )
  for (const head of [
    [0, 0, 0, 1],
    [1, 0, 1, 1],
    [0xff, 0xff, 0xff, 1],
  ]) {
    assert.throws(() => parsePacket(Buffer.from(head)), { kind: 'protocol-violation' })
  }
  assert.equal(parsePacket(Buffer.from([0, 0, 0, 3]), true)?.length, 4)
})
