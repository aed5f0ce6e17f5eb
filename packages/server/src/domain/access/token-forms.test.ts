import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressKey } from './address-key.ts'
import { mintJwt } from './jwt.ts'
import { isChallenge, verifies } from './pkce.ts'
import { parseScopes } from './scopes.ts'
import { openSuccessor, sealSuccessor } from './successor.ts'
import { newToken } from './token-hash.ts'

test('JWTs carry their claims, and two with the same claims differ', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())), (claims) => {
      const token = mintJwt(claims)
      const [header, payload, signature, ...more] = token.split('.')
      assert.deepEqual(more, [])
      assert.deepEqual(JSON.parse(Buffer.from(header ?? '', 'base64url').toString()), {
        alg: 'HS256',
        typ: 'JWT',
      })
      const read = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
      assert.equal(JSON.stringify(read), JSON.stringify({ ...claims }))
      assert.equal(Buffer.from(signature ?? '', 'base64url').length, 32)
      assert.notEqual(token, mintJwt(claims))
    }),
  )
})

test('a verifier proves its own challenge and no other', () => {
  const verifier = fc.string({
    unit: fc.constantFrom(...'ABCXYZabcxyz0189-._~'),
    minLength: 43,
    maxLength: 128,
  })
  const challengeOf = (text: string) => createHash('sha256').update(text).digest('base64url')
  fc.assert(
    fc.property(verifier, verifier, (one, other) => {
      assert.ok(isChallenge(challengeOf(one)))
      assert.ok(verifies(one, challengeOf(one)))
      assert.equal(verifies(other, challengeOf(one)), one === other)
    }),
  )
  // The example of RFC 7636, appendix B.
  assert.ok(
    verifies('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'),
  )
  for (const wrong of ['', 'short', 'a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)}!`]) {
    assert.ok(!verifies(wrong, challengeOf(wrong)), wrong)
  }
  for (const wrong of ['', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`])
    assert.ok(!isChallenge(wrong))
})

test('a successor opens with the token that it replaced only', () => {
  const [old, next] = [newToken('croft_refresh_'), newToken('croft_refresh_')]
  const sealed = sealSuccessor(next, old)
  assert.equal(openSuccessor(sealed, old), next)
  assert.throws(() => openSuccessor(sealed, next))
  for (const at of [0, 12, 28, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8((changed.readUInt8(at) + 1) % 256, at)
    assert.throws(() => openSuccessor(changed, old), `byte ${at}`)
  }
})

test('scopes are known ones, with workspace:admin among them', () => {
  assert.deepEqual(parseScopes(undefined), ['workspace:admin'])
  assert.deepEqual(parseScopes('  '), ['workspace:admin'])
  const both = ['offline_access', 'workspace:admin']
  assert.deepEqual(parseScopes('offline_access  workspace:admin offline_access'), both)
  for (const wrong of ['offline_access', 'workspace:read', 'workspace:admin other', 'Workspace:admin']) {
    assert.equal(parseScopes(wrong), null, wrong)
  }
})

test('addresses of one IPv6 network count as one', () => {
  assert.equal(addressKey('192.0.2.7'), '192.0.2.7')
  assert.equal(addressKey('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(addressKey('2001:db8:1:2::5'), '2001:db8:1:2')
  assert.equal(addressKey('2001:0DB8:0001:0002:aaaa::9'), '2001:db8:1:2')
  assert.equal(addressKey('::1'), '0:0:0:0')
  assert.equal(addressKey('fe80::1%eth0'), 'fe80:0:0:0')
  assert.equal(addressKey('64:ff9b::192.0.2.7'), '64:ff9b:0:0')
  assert.equal(addressKey('unknown'), 'unknown')
  fc.assert(fc.property(fc.ipV6(), (address) => addressKey(address).length > 0))
})
