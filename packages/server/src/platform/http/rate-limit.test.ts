import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildHttp } from '../../../test/http.ts'
import { CroftError } from '../errors/index.ts'
import { createBuckets } from './token-bucket.ts'

const limited = (perMinute: number) => ({ settings: { CROFT_RATE_LIMIT: perMinute, CROFT_BODY_LIMIT: 1024 } })

test('a bucket never allows more than it holds and what flowed in', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 20 })))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), steps, (perMinute, history) => {
      let now = 0
      const buckets = createBuckets({ perMinute }, { now: () => now })
      let allowed = 0
      for (const [pause, requests] of history) {
        now += pause
        for (let i = 0; i < requests; i++) {
          const taken = buckets.take('k')
          if (taken.allowed) allowed++
          assert.ok(taken.remaining >= 0 && taken.remaining <= perMinute)
          assert.equal(taken.allowed, taken.retryAfter === 0)
        }
      }
      assert.ok(allowed <= perMinute + (now * perMinute) / 60_000 + 1e-6)
    }),
  )
})

test('after Retry-After the next request is allowed, and the keys are bounded', () => {
  let now = 0
  const buckets = createBuckets({ perMinute: 7 }, { now: () => now, most: 100 })
  for (let i = 0; i < 7; i++) assert.ok(buckets.take('k').allowed)
  const refused = buckets.take('k')
  assert.ok(!refused.allowed)
  now += refused.retryAfter * 1_000
  assert.ok(buckets.take('k').allowed)
  for (let i = 0; i < 1_000; i++) buckets.take(`key ${i}`)
  assert.equal(buckets.size(), 100)
})

test('the limit is told on every answer, and refuses with Retry-After', async (t) => {
  const { app } = buildHttp(t, limited(2))
  app.get('/x', { config: { operation: 'test.x' } }, async () => 'x')
  const first = await app.inject('/x')
  assert.equal(first.headers['ratelimit-limit'], '2')
  assert.equal(first.headers['ratelimit-remaining'], '1')
  assert.equal(first.headers['ratelimit-policy'], '"default";q=2;w=60')
  assert.match(`${first.headers.ratelimit}`, /^"default";r=1;t=\d+$/)
  await app.inject('/nowhere')
  const refused = await app.inject('/x')
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.json().code, 'rate-limited')
  assert.ok(Number(refused.headers['retry-after']) >= 1)
  assert.equal((await app.inject('/livez')).statusCode, 200)
  assert.equal((await app.inject('/metrics')).statusCode, 200)
})

test('each credential has its own limit, and inventing credentials makes no room', async (t) => {
  const { app } = buildHttp(t, limited(3))
  app.get('/x', { config: { operation: 'test.x' } }, async ({ headers }) => {
    if (headers.authorization?.startsWith('good')) return 'x'
    throw new CroftError('not-authenticated', 'no')
  })
  app.errorsBelow('/x', (error) => ({ status: error.code === 'rate-limited' ? 429 : 401, body: {} }))
  const as = async (authorization: string) =>
    (await app.inject({ url: '/x', headers: { authorization } })).statusCode
  assert.deepEqual(
    [await as('good 1'), await as('good 1'), await as('good 1'), await as('good 1')],
    [200, 200, 200, 429],
  )
  // Its first request was paid for by the address, which has two left.
  assert.equal(await as('good 2'), 200)
  assert.equal(await as('bad 1'), 401)
  assert.equal(await as('bad 2'), 429)
  assert.equal(await as('bad 1'), 429)
  // A credential that has worked is not hurt by what others do at its address.
  assert.equal(await as('good 2'), 200)
})

test('a stricter limit of its own for some routes, shared by its name', async (t) => {
  const { app } = buildHttp(t, limited(100))
  const strict = () => ({
    config: { operation: 'test.login' },
    onRequest: app.rateLimit('login', { perMinute: 2 }),
  })
  app.post('/login', strict(), async () => 'in')
  app.post('/token', strict(), async () => 'token')
  const post = (url: string) => app.inject({ method: 'POST', url })
  assert.equal((await post('/login')).statusCode, 200)
  assert.equal((await post('/token')).headers['ratelimit-policy'], '"login";q=2;w=60')
  assert.equal((await post('/login')).statusCode, 429)
})
