import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestAccess } from '../../../test/access.ts'
import { codeOf } from '../../../test/oauth.ts'
import { mintJwt } from './jwt.ts'
import { mayBeBearer, newToken, TOKEN_PREFIXES, tokenPrefixOf } from './token-format.ts'

const PREFIXES = Object.values(TOKEN_PREFIXES)
const prefix = fc.constantFrom(...PREFIXES)

test('a token says what it is, and any slip in it shows', () => {
  fc.assert(
    fc.property(prefix, fc.nat(), fc.nat(), (kind, at, by) => {
      const token = newToken(kind)
      assert.match(token, /^croft_[a-z]+_[0-9A-Za-z]{49}$/)
      assert.equal(tokenPrefixOf(token), kind)
      const index = kind.length + (at % 49)
      const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
      const old = token.charAt(index)
      const other = digits.charAt((digits.indexOf(old) + 1 + (by % 61)) % 62)
      const changed = token.slice(0, index) + other + token.slice(index + 1)
      assert.notEqual(changed, token)
      assert.equal(tokenPrefixOf(changed), undefined)
      assert.equal(tokenPrefixOf(token.slice(0, -1)), undefined)
      assert.equal(tokenPrefixOf(`${token}0`), undefined)
      for (const one of PREFIXES) {
        const renamed = one + token.slice(kind.length)
        assert.equal(tokenPrefixOf(renamed), one === kind ? kind : undefined)
      }
    }),
  )
})

test('tokens differ, and all of their characters vary', () => {
  const tokens = Array.from({ length: 500 }, () => newToken('croft_key_').slice('croft_key_'.length))
  assert.equal(new Set(tokens).size, 500)
  // The first digit of either number has few values.
  for (let at = 1; at < 49; at++) {
    if (at === 43) continue
    assert.ok(new Set(tokens.map((token) => token.charAt(at))).size > 20, `character ${at}`)
  }
})

test('only what can be a bearer is looked for', () => {
  const bearers = [
    newToken('croft_user_'),
    newToken('croft_key_'),
    newToken('croft_identity_'),
    mintJwt({ sub: 'x' }),
    crypto.randomUUID(),
  ]
  for (const bearer of bearers) assert.ok(mayBeBearer(bearer), bearer)
  for (const other of [newToken('croft_session_'), newToken('croft_secret_'), newToken('croft_refresh_')]) {
    assert.ok(!mayBeBearer(other), other)
  }
  fc.assert(fc.property(fc.string(), (text) => !mayBeBearer(text)))
})

test('a bearer that cannot be ours is refused without a look into the database', async (t) => {
  const { access, pool } = await createTestAccess(t)
  let looks = 0
  pool.on('acquire', () => {
    looks++
  })
  const wrong = [`${newToken('croft_user_').slice(0, -1)}!`, newToken('croft_refresh_'), 'x'.repeat(4000), '']
  for (const bearer of wrong) assert.equal(await codeOf(access.authenticate(bearer)), 'not-authenticated')
  assert.equal(looks, 0)
  assert.equal(await codeOf(access.authenticate(newToken('croft_user_'))), 'not-authenticated')
  assert.ok(looks > 0)
})

test('every form is told to scanners', () => {
  const page = readFileSync(new URL('../../../../../docs/reference/tokens.md', import.meta.url), 'utf8')
  for (const kind of PREFIXES) assert.ok(page.includes(`\`${kind}\``), kind)
  const [, pattern = ''] = /^(croft_\(.+)$/m.exec(page) ?? []
  for (const kind of PREFIXES) assert.match(newToken(kind), new RegExp(`^(?:${pattern})$`), kind)
})
