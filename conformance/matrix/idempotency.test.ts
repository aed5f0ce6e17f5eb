import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Croft, newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { query } from '../harness/query.ts'
import { asPassword } from './dbaas/basic.ts'

const dataDirectory = await newDataDirectory()
let croft: Croft

before(async () => {
  croft = await startCroft(dataDirectory)
})
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})

interface Sent {
  readonly token?: string
  readonly key?: string
  readonly body?: unknown
  readonly method?: string
  readonly isDbaas?: boolean
}
interface Thing {
  readonly id: string
  readonly connectionString: string
}
interface Body {
  readonly data: Thing & { readonly database: Thing | null } & readonly Thing[]
  readonly error: { readonly code: string }
  readonly code: string
  readonly id: string
}

async function send(path: string, { token, key, body, method = 'POST', isDbaas = false }: Sent) {
  const credential = token ?? croft.bootstrap.serviceToken
  const response = await fetch(`${croft.bootstrap.url}${path}`, {
    method,
    headers: {
      ...(isDbaas ? asPassword(credential) : { authorization: `Bearer ${credential}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  assert.ok(response.status < 500, text)
  const parsed: Body = JSON.parse(text || '{}')
  const replayed = response.headers.get('idempotency-replayed') === 'true'
  return { status: response.status, text, body: parsed, replayed, headers: response.headers }
}

const list = async (path: string, token?: string) =>
  (await send(path, { method: 'GET', ...(token === undefined ? {} : { token }) })).body.data
const counted = async (name: string) =>
  JSON.stringify(await list('/v1/projects?limit=1000')).split(`"name":"${name}"`).length - 1
const project = (name: string) => ({ name, createDatabase: false })

test('a repeated request gets the first answer, secrets and all, and makes nothing', async () => {
  const asked = { key: randomUUID(), body: { name: 'once' } }
  const first = await send('/v1/projects', asked)
  assert.deepEqual([first.status, first.replayed], [201, false])
  const again = await send('/v1/projects', asked)
  assert.deepEqual([again.status, again.replayed, again.text], [201, true, first.text])
  assert.equal(again.headers.get('content-type'), first.headers.get('content-type'))
  assert.notEqual(again.headers.get('x-request-id'), first.headers.get('x-request-id'))
  assert.equal(await counted('once'), 1)
  assert.deepEqual(await query(again.body.data.database?.connectionString ?? '', 'select 1 as one'), [
    { one: 1 },
  ])
})

test('the same of Croft’s own API', async () => {
  const asked = { key: randomUUID(), body: { name: 'own token' } }
  const [first, again] = [
    await send('/api/croft/v1/tokens', asked),
    await send('/api/croft/v1/tokens', asked),
  ]
  assert.deepEqual([first.status, again.status, again.text, again.replayed], [201, 201, first.text, true])
  const other = await send('/api/croft/v1/tokens', { ...asked, body: { name: 'another' } })
  assert.deepEqual([other.status, other.body.code], [422, 'idempotency-mismatch'])
})

test('the same of the DBaaS API, with a password in the answer', async () => {
  const { adminToken: token } = croft.bootstrap
  const listed = await send('/api/database/', { method: 'GET', token, isDbaas: true })
  const [{ id }] = (listed.body as unknown as { database: [{ id: number }] }).database
  const path = '/api/credential/'
  const asked = {
    key: randomUUID(),
    token,
    isDbaas: true,
    body: { user: 'once', database: `/api/database/${id}/` },
  }
  const answers = [await send(path, asked), await send(path, asked)]
  assert.deepEqual(
    answers.map(({ status, text, replayed }) => [status, text, replayed]),
    [
      [201, answers[0]?.text, false],
      [201, answers[0]?.text, true],
    ],
  )
  assert.equal(answers[0]?.headers.get('location'), answers[1]?.headers.get('location'))
  const other = await send(path, { ...asked, body: { ...asked.body, user: 'twice' } })
  assert.deepEqual([other.status, Object.keys(other.body)], [422, ['_links', 'detail']])
  const project = (key: string, name: string) =>
    send('/api/project/', { key, token, isDbaas: true, body: { name } })
  // It has no schema that would refuse a body before: whatever it says of its fields is an answer, and kept.
  const unfit = randomUUID()
  const refused = [await project(unfit, ''), await project(unfit, '')]
  assert.deepEqual(
    refused.map(({ status, replayed }) => [status, replayed]),
    [
      [400, false],
      [400, true],
    ],
  )
  const fresh = randomUUID()
  const many = await Promise.all(Array.from({ length: 8 }, () => project(fresh, 'of DBaaS at once')))
  assert.equal(many.filter(({ status, replayed }) => status === 201 && !replayed).length, 1)
  for (const { status } of many) assert.ok(status === 201 || status === 409)
})

test('another body with the same key', async () => {
  const key = randomUUID()
  await send('/v1/projects', { key, body: project('one body') })
  for (const body of [project('other body'), {}, { ...project('one body'), more: 1 }]) {
    const { status, body: answered, replayed } = await send('/v1/projects', { key, body })
    assert.deepEqual([status, answered.error.code, replayed], [422, 'validation-error', false])
  }
  assert.equal(await counted('other body'), 0)
})

test('many at once make one thing; who comes too early is told so', async () => {
  for (const body of [project('at once'), { name: 'at once with a database' }]) {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 12 }, () => send('/v1/projects', { key, body })))
    const made = answers.filter(({ status }) => status === 201)
    assert.equal(made.filter(({ replayed }) => !replayed).length, 1)
    assert.equal(new Set(made.map(({ text }) => text)).size, 1)
    for (const early of answers.filter(({ status }) => status !== 201)) {
      assert.deepEqual([early.status, early.body.error.code], [409, 'conflict'])
      assert.match(early.headers.get('retry-after') ?? '', /^\d+$/)
    }
    assert.equal(await counted(body.name), 1)
    assert.equal((await send('/v1/projects', { key, body })).text, made[0]?.text)
  }
})

test('two bodies at once with one key make one thing', async () => {
  const key = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      send('/v1/projects', { key, body: project(`race ${index % 2}`) }),
    ),
  )
  assert.equal(answers.filter(({ status, replayed }) => status === 201 && !replayed).length, 1)
  assert.equal((await counted('race 0')) + (await counted('race 1')), 1)
  for (const { status } of answers) assert.ok([201, 409, 422].includes(status))
})

test('keys are of one caller and one path', async () => {
  const key = randomUUID()
  const body = { displayName: 'other', name: 'shared key', createDatabase: false }
  const { adminToken } = croft.bootstrap
  const workspace = await send('/v1/workspaces', { token: adminToken, key, body })
  const path = `/v1/workspaces/${workspace.body.data.id}/service-tokens`
  const token = await send(path, { token: adminToken, key, body })
  const other = (token.body.data as unknown as { value: string }).value
  assert.deepEqual([workspace.status, token.status, token.replayed], [201, 201, false])

  const mine = await send('/v1/projects', { key, body })
  const theirs = await send('/v1/projects', { key, body, token: other })
  assert.deepEqual([mine.status, mine.replayed, theirs.status, theirs.replayed], [201, false, 201, false])
  assert.notEqual(mine.body.data.id, theirs.body.data.id)
  assert.ok(!JSON.stringify(await list('/v1/projects', other)).includes(mine.body.data.id))
})

test('refusals are kept like other answers', async () => {
  const body = { ...project('the logical one'), logicalId: 'taken' }
  const { id } = (await send('/v1/projects', { body })).body.data
  const key = randomUUID()
  assert.equal((await send('/v1/projects', { key, body })).status, 409)
  await send(`/v1/projects/${id}`, { method: 'DELETE' })
  const kept = await send('/v1/projects', { key, body })
  assert.deepEqual([kept.status, kept.replayed], [409, true])
  assert.equal((await send('/v1/projects', { key: randomUUID(), body })).status, 201)
})

test('a request that was never understood leaves its key free', async () => {
  const key = randomUUID()
  assert.equal((await send('/v1/projects', { key, body: { name: 7 } })).status, 400)
  assert.equal((await send('/v1/projects', { key, body: project('understood') })).status, 201)
})

test('an answer is not replayed to who lost the right to it', async () => {
  const made = await send('/api/croft/v1/tokens', { body: { name: 'short-lived' } })
  const { value: token = '', id } = made.body as unknown as { value: string; id: string }
  const asked = { key: randomUUID(), body: project('of a token'), token }
  assert.equal((await send('/v1/projects', asked)).status, 201)
  await send(`/api/croft/v1/tokens/${id}`, { method: 'DELETE' })
  assert.equal((await send('/v1/projects', asked)).status, 401)
})

test('keys that are none, and methods that need none', async () => {
  for (const key of ['', 'x'.repeat(256), 'a b', '\xe9']) {
    const { status, body } = await send('/v1/projects', { key, body: project('bad key') })
    assert.deepEqual([status, body.error.code], [400, 'client-error'], key)
  }
  assert.equal(await counted('bad key'), 0)
  const key = 'x'.repeat(255)
  const { id } = (await send('/v1/projects', { key, body: project('long key') })).body.data
  const rename = (name: string) => send(`/v1/projects/${id}`, { method: 'PATCH', key, body: { name } })
  assert.equal((await rename('renamed')).status, 200)
  assert.equal((await rename('renamed again')).status, 200)
  assert.equal(await counted('renamed again'), 1)
})
