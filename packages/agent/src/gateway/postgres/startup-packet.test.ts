import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { startupMessage } from '../../../test/gateway-fixture.ts'
import { Refusal } from '../refusal.ts'
import { parseStartupPacket } from './startup-packet.ts'

const word = fc
  .string({ minLength: 1, maxLength: 40 })
  .filter((text) => !text.includes('\0') && text.isWellFormed())
const parameters = fc.dictionary(word, word, { maxKeys: 12, noNullPrototype: true })

test('a startup message is read once it is whole, not before, and not past its end', () => {
  fc.assert(
    fc.property(parameters, fc.uint8Array({ maxLength: 50 }), (given, after) => {
      const packet = startupMessage(given)
      for (let length = 0; length < packet.length; length += 1) {
        assert.equal(parseStartupPacket(packet.subarray(0, length)), undefined)
      }
      const parsed = parseStartupPacket(Buffer.concat([packet, after]))
      assert.equal(parsed?.length, packet.length)
      assert.ok(parsed?.value.type === 'startup')
      assert.deepEqual(Object.fromEntries(parsed.value.parameters), given)
      assert.deepEqual(parsed.value.packet, packet)
    }),
  )
})

test('garbage is waited for or refused with a message, never anything else', () => {
  const code = fc.constantFrom(80877102, 80877103, 80877104, 196608, 196610, 131072, 0)
  const framed = fc.tuple(fc.nat(40), code, fc.uint8Array({ maxLength: 40 })).map(([length, asked, rest]) => {
    const head = Buffer.alloc(8)
    head.writeInt32BE(length, 0)
    head.writeInt32BE(asked, 4)
    return Buffer.concat([head, rest])
  })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
        framed,
      ),
      (bytes) => {
        try {
          const parsed = parseStartupPacket(bytes)
          if (parsed) assert.ok(parsed.length <= bytes.length)
        } catch (error) {
          assert.ok(error instanceof Refusal, String(error))
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('encryption requests, cancel keys of any length and direct TLS are told apart', () => {
  const request = (code: number, ...rest: number[]) => {
    const packet = Buffer.from([0, 0, 0, 8 + rest.length, 0, 0, 0, 0, ...rest])
    packet.writeInt32BE(code, 4)
    return parseStartupPacket(packet)?.value
  }
  assert.equal(request(80877103)?.type, 'ssl')
  assert.equal(request(80877104)?.type, 'gss')
  const short = request(80877102, 0, 0, 0, 1, 2, 3, 4, 5)
  const long = request(80877102, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
  assert.ok(short?.type === 'cancel' && long?.type === 'cancel')
  assert.notEqual(short.key, long.key)
  assert.equal(parseStartupPacket(Buffer.from([0x16, 3, 1]))?.value.type, 'direct-tls')
})

test('a length beyond the limit is refused before anything of it is kept', () => {
  const head = Buffer.from([0, 0, 0x27, 0x15, 0, 3, 0, 0])
  assert.throws(() => parseStartupPacket(head), { name: 'Refusal', kind: 'protocol-violation' })
})

test('the last of two users counts, as for the server', () => {
  const once = startupMessage({ user: 'first' })
  const body = Buffer.concat([once.subarray(8, -1), Buffer.from('user\0second\0\0')])
  const packet = Buffer.concat([Buffer.from([0, 0, 0, body.length + 8, 0, 3, 0, 0]), body])
  const request = parseStartupPacket(packet)?.value
  assert.equal(request?.type === 'startup' && request.parameters.get('user'), 'second')
})
