import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { handshakeResponse } from '../../../test/mysql-client.ts'
import { Refusal } from '../refusal.ts'
import { bits, Capability, has } from './capabilities.ts'
import { encodeGreeting, offered, parseGreeting, USUAL_FACTS } from './greeting.ts'
import { asksForTls, parseHandshakeResponse } from './handshake-response.ts'

const word = fc.string({ maxLength: 30 }).filter((text) => !text.includes('\0') && text.isWellFormed())
const answer = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))

test('the user is found, and a server gets the same without TLS and without the answer', () => {
  const attributes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(word, word, answer, fc.boolean(), attributes, (user, database, given, ssl, after) => {
      const more = ssl ? Capability.ssl : 0
      const payload = handshakeResponse({ user, database, answer: given, more, after })
      const parsed = parseHandshakeResponse(payload)
      assert.equal(parsed.user, user)
      assert.equal(parsed.hasPassword, given.length > 0)
      const forServer = parsed.forServer(USUAL_FACTS)
      const again = parseHandshakeResponse(forServer)
      assert.equal(again.user, user)
      assert.equal(again.hasPassword, false)
      assert.equal(has(again.capabilities, Capability.ssl), false)
      const plugin = Buffer.from('croft_ask_again\0')
      assert.ok(
        forServer
          .subarray(33 + Buffer.byteLength(user))
          .equals(Buffer.concat([Buffer.from([0]), Buffer.from(`${database}\0`), plugin, after])),
      )
    }),
  )
})

test('garbage is refused, never anything else', () => {
  const flags = fc.constantFrom(0x00a8a200, 0xffffffff, 0x0028aa0d, 0)
  fc.assert(
    fc.property(flags, fc.uint8Array({ maxLength: 120 }), (capabilities, bytes) => {
      const payload = Buffer.concat([Buffer.alloc(4), bytes])
      payload.writeUInt32LE(capabilities, 0)
      try {
        asksForTls(payload)
        parseHandshakeResponse(payload)
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})

test('a client that cannot be asked again is told so', () => {
  const payload = handshakeResponse({ user: 'old' })
  payload.writeUInt32LE(bits(Capability.protocol41, Capability.secureConnection), 0)
  assert.throws(() => parseHandshakeResponse(payload), { kind: 'not-supported' })
})

test('a greeting says what the server says, without what a gateway cannot follow', () => {
  const facts = { version: '5.5.5-10.11.6-MariaDB', capabilities: 0x81fffffe, extensions: 0x1d, charset: 33 }
  const said = parseGreeting(encodeGreeting(offered(facts), 7))
  assert.equal(said?.version, facts.version)
  assert.equal(said?.charset, 33)
  assert.equal(said?.extensions, 0xc)
  assert.equal(has(said?.capabilities ?? 0, Capability.compress), false)
  assert.equal(has(said?.capabilities ?? 0, Capability.ssl), true)
  assert.equal(parseGreeting(Buffer.from([9, 65, 0])), undefined)
})
