import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cut } from '../../../test/cut.ts'
import { createLoginWatch } from './login-watch.ts'
import { createMessageTracker } from './message-tracker.ts'

interface Message {
  readonly type: number
  readonly body: Uint8Array
}

const message = fc.record({ type: fc.integer({ min: 1, max: 255 }), body: fc.uint8Array({ maxLength: 30 }) })
const messages = fc.array(message, { minLength: 1, maxLength: 12 })
const cuts = fc.array(fc.nat(), { maxLength: 20 })

function encode({ type, body }: Message): Buffer {
  const head = Buffer.from([type, 0, 0, 0, 0])
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

test('boundaries are known however the bytes are cut', () => {
  fc.assert(
    fc.property(messages, cuts, (sent, at) => {
      const encoded = sent.map(encode)
      const ends = new Set<number>()
      let end = 0
      for (const bytes of encoded) {
        end += bytes.length
        ends.add(end)
      }
      const tracker = createMessageTracker()
      let seen = 0
      for (const chunk of cut(Buffer.concat(encoded), at)) {
        assert.equal(tracker.push(chunk), chunk.length)
        seen += chunk.length
        assert.equal(tracker.atBoundary(), ends.has(seen))
      }
      assert.equal(tracker.lastType(), sent.at(-1)?.type)
    }),
  )
})

test('asked to, it stops at the first boundary', () => {
  fc.assert(
    fc.property(messages, fc.nat(), (sent, place) => {
      const encoded = sent.map(encode)
      const first = encoded[0]?.length ?? 0
      const before = 1 + (place % (first - 1))
      const bytes = Buffer.concat(encoded)
      const tracker = createMessageTracker()
      tracker.push(bytes.subarray(0, before))
      assert.equal(tracker.push(bytes.subarray(before), true), first - before)
      assert.ok(tracker.atBoundary())
    }),
  )
})

test('after a length that no message can have there is no boundary', () => {
  for (const chunks of [[[90, 0, 0, 0, 3, 1]], [[90], [0, 0], [0, 3], [1]]]) {
    const tracker = createMessageTracker()
    for (const chunk of chunks) tracker.push(Uint8Array.from(chunk))
    assert.equal(tracker.atBoundary(), false)
  }
})

test('the cancel key is found in a login however it is cut, and nothing after it is read', () => {
  const noise = fc.record({
    type: fc.constantFrom(0x52, 0x53, 0x4e, 0x76),
    body: fc.uint8Array({ maxLength: 400 }),
  })
  const secret = fc.uint8Array({ minLength: 4, maxLength: 256 })
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 6 }), secret, cuts, (before, key, at) => {
      const pidAndSecret = Buffer.concat([Buffer.from([0, 0, 1, 2]), key])
      const ready = { type: 0x5a, body: Uint8Array.of(0x49) }
      const later = { type: 0x4b, body: Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9) }
      const sent = [...before, { type: 0x4b, body: pidAndSecret }, ready, later]
      const keys: string[] = []
      let over = false
      const push = createLoginWatch({
        onKey: (found) => keys.push(found),
        onReady: () => {
          over = true
        },
        onError: () => assert.fail('there was no error'),
      })
      for (const chunk of cut(Buffer.concat(sent.map(encode)), at)) if (!over) push(chunk)
      assert.ok(over)
      assert.deepEqual(keys, [pidAndSecret.toString('latin1')])
    }),
  )
})
