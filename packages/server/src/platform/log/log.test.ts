import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLogger, redact } from './index.ts'

function capture(level = 'trace') {
  const lines: string[] = []
  const log = createLogger({ name: 'test', level, destination: { write: (line) => void lines.push(line) } })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') }
}

test('a line is JSON with level, time, name and message', () => {
  const { log, last } = capture()
  log.warn({ databaseId: 'd1' }, 'it is slow')
  const { level, name, msg, databaseId, time } = last()
  assert.deepEqual(
    { level, name, msg, databaseId },
    { level: 'warn', name: 'test', msg: 'it is slow', databaseId: 'd1' },
  )
  assert.ok(!Number.isNaN(Date.parse(time)))
})

test('lines below the level are not written', () => {
  const { log, lines } = capture('warn')
  log.info('hidden')
  assert.deepEqual(lines, [])
})

const CANARY = 'Canary0123456789abcdef'

test('secrets are taken out wherever they are', () => {
  const { log, lines } = capture()
  log.info({ password: CANARY, user: 'ada' })
  log.info({ req: { headers: { authorization: `Bearer ${CANARY}`, cookie: `croft=${CANARY}` } } })
  log.info({ deep: { er: { clientSecret: CANARY, access_token: CANARY, connectionString: CANARY } } })
  log.info({ 'set-cookie': [CANARY, `a=${CANARY}`], CROFT_DATABASE_URL: CANARY, apiKey: CANARY })
  log.info(`connect to postgres://ada:${CANARY}@db.example.com:5432/app?sslmode=require failed`)
  log.error(
    new Error(`postgresql://ada:${CANARY}@h/db refused`, { cause: new Error(`redis://:${CANARY}@h`) }),
  )
  log.info(`Authorization: Bearer ${CANARY}`)
  log.info(`token eyJhbGciOiJIUzI1NiJ9.${CANARY}.${CANARY} is revoked`)
  log.info(`sk_live_${CANARY} and croft_refresh_${CANARY}`)
  log.info(`SCRAM-SHA-256$4096:${CANARY}$${CANARY}:${CANARY}`)
  log.info({ url: `/token?client_secret=${CANARY}&x=1`, dsn: `host=h password=${CANARY} user=u` })
  log.info(`-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----`)
  log.info({ body: JSON.stringify({ user: 'ada', password: CANARY, nested: { token: CANARY } }) })
  for (const line of lines) {
    assert.ok(!line.includes(CANARY), line)
    assert.doesNotThrow(() => JSON.parse(line), line)
  }
  assert.match(lines[0] ?? '', /"user":"ada"/)
  assert.match(lines[4] ?? '', /postgres:\/\/ada:\*\*\*@db\.example\.com:5432\/app/)
})

test('what is no secret stays', () => {
  for (const text of [
    'tokenId 0198 of https://example.com:443/a?b=c was created by ada@example.com',
    '{"tokenId":"x","code":"not-authenticated","path":"/v1/token"}',
    'the password is wrong',
  ]) {
    assert.equal(redact(text), text)
  }
})

test('whatever is logged, the line stays JSON and the named secret is gone', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (before, after, more) => {
        const { log, lines, last } = capture()
        log.info({
          more: { tokens: [before, `${before}${CANARY}`], password: `${before}${CANARY}${after}`, more },
          body: JSON.stringify({ clientSecret: `${before}${CANARY}${after}` }),
          kept: 1,
        })
        assert.equal(last().kept, 1)
        assert.ok(!lines.join('').includes(CANARY), lines.join(''))
      },
    ),
    { numRuns: 500 },
  )
})

test('long hostile text is no trap', () => {
  for (const text of [
    'a'.repeat(200_000),
    'a.'.repeat(100_000),
    '"password":"'.repeat(10_000),
    '\\"'.repeat(50_000),
  ]) {
    redact(text)
  }
})
