import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase } from '../../../test/database.ts'
import { buildHttp } from '../../../test/http.ts'
import { createSealer, openKeyRing } from '../secrets/index.ts'
import { purgeIdempotencyKeys, useIdempotency } from './idempotency.ts'
import { claimKey, freeKey, renewKey, storeAnswer } from './idempotency-store.ts'

async function build(t: TestContext) {
  const database = await createTestDatabase(t)
  const directory = await mkdtemp(join(tmpdir(), 'croft-keys-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const sealer = createSealer(openKeyRing(join(directory, 'keys.json'), { create: true }))
  const { app } = buildHttp(t)
  let made = 0
  let wait: Promise<void> = Promise.resolve()
  app.register(async (scope) => {
    useIdempotency(scope, {
      db: database.db,
      sealer,
      principalOf: ({ headers }) => `${headers.authorization ?? 'nobody'}`,
    })
    const config = { operation: 'test.make' }
    scope.post('/things', { config }, async (_request, reply) => {
      made++
      await wait
      return reply
        .code(201)
        .header('location', '/things/1')
        .header('x-other', 'x')
        .send({ made, secret: 'hunter2' })
    })
    scope.post('/empty', { config }, async (_request, reply) => {
      made++
      return reply.code(204).send()
    })
    scope.post<{ Params: { status: string } }>('/fail/:status', { config }, async ({ params }, reply) => {
      made++
      if (params.status === '500') throw new Error('broken')
      return reply.code(Number(params.status)).send({ made })
    })
    scope.get('/things', { config }, async () => ({ made: ++made }))
  })
  const post = (url: string, key: string | undefined, payload: object = { a: 1 }, who = 'ada') =>
    app.inject({
      method: 'POST',
      url,
      payload,
      headers: { authorization: who, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    })
  return {
    ...database,
    app,
    post,
    made: () => made,
    hold() {
      let release: () => void = () => undefined
      wait = new Promise((resolve) => {
        release = resolve
      })
      return () => release()
    },
  }
}

test('the second request with a key gets the first one’s answer', async (t) => {
  const { post, made, db } = await build(t)
  const first = await post('/things', 'k1')
  const second = await post('/things', 'k1')
  assert.equal(made(), 1)
  assert.equal(second.statusCode, 201)
  assert.equal(second.body, first.body)
  assert.equal(second.headers.location, '/things/1')
  assert.equal(second.headers['content-type'], first.headers['content-type'])
  assert.equal(second.headers['idempotency-replayed'], 'true')
  assert.equal(second.headers['x-other'], undefined)
  assert.equal(first.headers['idempotency-replayed'], undefined)
  const { body } = await db.selectFrom('idempotency_keys').selectAll().executeTakeFirstOrThrow()
  assert.ok(body && !body.includes('hunter2'))
})

test('answers without a body are replayed too', async (t) => {
  const { post, made } = await build(t)
  await post('/empty', 'k')
  const replayed = await post('/empty', 'k')
  assert.equal(made(), 1)
  assert.equal(replayed.statusCode, 204)
  assert.equal(replayed.body, '')
})

test('another key, caller or path is another request; no key is none', async (t) => {
  const { post, made, app } = await build(t)
  await post('/things', 'k')
  await post('/things', 'k2')
  await post('/things', 'k', undefined, 'bob')
  await post('/empty', 'k')
  await post('/things', undefined)
  await post('/things', undefined)
  assert.equal(made(), 6)
  await app.inject({ url: '/things', headers: { 'idempotency-key': 'k' } })
  assert.equal(made(), 7)
})

test('another body is refused, while the first runs and after', async (t) => {
  const { post, hold, made } = await build(t)
  const release = hold()
  const first = post('/things', 'k', { a: 1 })
  while (made() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const running = await post('/things', 'k', { a: 1 })
  assert.equal(running.json().code, 'idempotency-in-flight')
  assert.equal(running.headers['retry-after'], '1')
  assert.equal((await post('/things', 'k', { a: 2 })).json().code, 'idempotency-mismatch')
  release()
  assert.equal((await first).statusCode, 201)
  assert.equal((await post('/things', 'k', { a: 2 })).json().code, 'idempotency-mismatch')
  assert.equal(made(), 1)
})

test('of many at once exactly one runs', async (t) => {
  const { post, made } = await build(t)
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/things', 'k')))
  assert.equal(made(), 1)
  for (const { statusCode, body } of answers) {
    assert.ok(statusCode === 201 || JSON.parse(body).code === 'idempotency-in-flight', body)
  }
})

test('4xx is kept; 5xx, 429 and refusals free the key', async (t) => {
  const { post, made } = await build(t)
  for (const [status, times] of [
    ['409', 1],
    ['503', 2],
    ['429', 2],
    // Rights may change, and who asks may send another API key along.
    ['401', 2],
    ['403', 2],
    ['500', 2],
  ] as const) {
    const before = made()
    await post(`/fail/${status}`, 'k')
    assert.equal((await post(`/fail/${status}`, 'k')).statusCode, Number(status))
    assert.equal(made() - before, times, status)
  }
})

test('a repeat after a failure or a crash has the same id for what it makes', async (t) => {
  const { db } = await createTestDatabase(t)
  const first = await claimKey(db, name, hash)
  assert.ok(first.type === 'ours')
  await freeKey(db, name, first.lock)
  const second = await claimKey(db, name, hash)
  assert.ok(second.type === 'ours')
  assert.equal(second.resourceId, first.resourceId)
  await sql`update idempotency_keys set locked_until = now() - interval '1 second'`.execute(db)
  const third = await claimKey(db, name, hash)
  assert.ok(third.type === 'ours')
  assert.equal(third.resourceId, first.resourceId)
  await sql`update idempotency_keys set created_at = now() - interval '25 hours',
    locked_until = now() - interval '25 hours'`.execute(db)
  const nextDay = await claimKey(db, name, hash)
  assert.ok(nextDay.type === 'ours')
  assert.notEqual(nextDay.resourceId, first.resourceId)
})

test('keys that are empty, too long or not ASCII are refused', async (t) => {
  const { post, made } = await build(t)
  for (const key of ['', 'a b', 'x'.repeat(256), 'ä']) {
    assert.equal((await post('/things', key)).json().code, 'invalid-input', JSON.stringify(key))
  }
  assert.equal(made(), 0)
  assert.equal((await post('/things', 'x'.repeat(255))).statusCode, 201)
})

const name = { scope: 's', key: 'k' }
const hash = Buffer.alloc(32, 1)

test('the key of a process that died is taken over by the same request, and lost to it', async (t) => {
  const { db } = await createTestDatabase(t)
  const dead = await claimKey(db, name, hash)
  assert.ok(dead.type === 'ours')
  assert.equal((await claimKey(db, name, hash)).type, 'in-flight')
  await sql`update idempotency_keys set locked_until = now() - interval '1 second'`.execute(db)
  assert.equal((await claimKey(db, name, Buffer.alloc(32, 2))).type, 'other-body')
  const heir = await claimKey(db, name, hash)
  assert.ok(heir.type === 'ours')
  // The dead one comes back: it can neither renew, nor answer, nor free what is not its own any more.
  assert.equal(await renewKey(db, name, dead.lock), undefined)
  await storeAnswer(db, name, dead.lock, { status: 200, headers: {}, body: null })
  await freeKey(db, name, dead.lock)
  assert.equal((await claimKey(db, name, hash)).type, 'in-flight')
  const renewed = await renewKey(db, name, heir.lock)
  assert.ok(renewed !== undefined && renewed !== heir.lock)
  await storeAnswer(db, name, renewed, { status: 201, headers: { location: '/x' }, body: Buffer.from('b') })
  assert.deepEqual(await claimKey(db, name, hash), {
    type: 'answered',
    answer: { status: 201, headers: { location: '/x' }, body: Buffer.from('b') },
  })
})

test('after a day a key is new, and its answer is purged', async (t) => {
  const { db } = await createTestDatabase(t)
  const claim = await claimKey(db, name, hash)
  assert.ok(claim.type === 'ours')
  await storeAnswer(db, name, claim.lock, { status: 201, headers: {}, body: null })
  assert.equal(await purgeIdempotencyKeys(db), 0)
  await sql`update idempotency_keys set created_at = now() - interval '25 hours',
    locked_until = now() - interval '25 hours'`.execute(db)
  const again = await claimKey(db, name, Buffer.alloc(32, 2))
  assert.ok(again.type === 'ours')
  await storeAnswer(db, name, again.lock, { status: 200, headers: {}, body: null })
  await sql`update idempotency_keys set created_at = now() - interval '25 hours',
    locked_until = now() - interval '25 hours'`.execute(db)
  assert.equal(await purgeIdempotencyKeys(db), 1)
})

test('an error before the handler does not use up the key', async (t) => {
  const { app, made } = await build(t)
  const send = (payload: string) =>
    app.inject({
      method: 'POST',
      url: '/things',
      payload,
      headers: { authorization: 'ada', 'idempotency-key': 'k', 'content-type': 'application/json' },
    })
  assert.equal((await send('{broken')).statusCode, 400)
  assert.equal((await send('{}')).statusCode, 201)
  assert.equal(made(), 1)
})
