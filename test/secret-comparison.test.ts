// How long `===` takes says how far two texts are alike. So secrets are looked up by their hash, or compared with
// `timingSafeEqual`.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listFiles, ROOT } from './source-files.ts'

const SECRET = /(secret|token|hash|password|signature|verifier|challenge|mac)$/i
const COMPARISON = /([\w.]+)\s*(?:===|!==)\s*([\w.]+)/g
/** A column that keeps the secret itself; that of a hash ends otherwise. */
const LOOKUP = /\.where(?:Ref)?\(\s*'([\w.]*(?:secret|token|password))'/gi
/** There is nothing to guess about these. */
const CONSTANTS = new Set(['null', 'undefined', 'true', 'false', 'typeof'])

const ALLOWED: Readonly<Record<string, string>> = {
  'login.ts: now.password_hash !== user.password_hash': 'both come from the database',
  'refresh-grant.ts: newest === refresh.refreshToken': 'of who has shown that the token is its own',
}

/** Comparisons of secrets in a source text, as they are written. */
function comparisonsIn(source: string): string[] {
  const compared = Array.from(source.matchAll(COMPARISON))
    .filter(([, one = '', other = '']) => !CONSTANTS.has(one) && !CONSTANTS.has(other))
    .filter(([, one = '', other = '']) => SECRET.test(one) || SECRET.test(other))
  return [...compared, ...source.matchAll(LOOKUP)].map(([text]) => text.replaceAll(/\s+/g, ' '))
}

test('no secret is compared letter by letter', () => {
  const files = listFiles(['packages/server/src'], /(?<!\.test)\.ts$/)
  assert.ok(files.length > 300, 'the search for files finds too little')
  const found = files.flatMap((file) => {
    const name = file.split('/').at(-1)
    return comparisonsIn(readFileSync(join(ROOT, file), 'utf8')).map((each) => `${name}: ${each}`)
  })
  assert.deepEqual(found.sort(), Object.keys(ALLOWED).sort())
})

test('such comparisons are found where there are any', () => {
  assert.deepEqual(comparisonsIn("if (row.client_secret === given.secret) where('id', '=', id)"), [
    'row.client_secret === given.secret',
  ])
  assert.deepEqual(comparisonsIn("query.where('tokens.token', '=', token)"), [".where('tokens.token'"])
  assert.deepEqual(comparisonsIn("token === null || query.where('token_hash', '=', hash)"), [])
})
