import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createManagementApiClient } from '@prisma/management-api-sdk'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { bodyOf, managementApi, refusalOf } from '../harness/management-api.ts'
import { uuidOf } from '../harness/prisma-id.ts'
import { prismeaiClient } from './client.ts'

// A key that may only read the databases of one project, in the APIs that know databases.
const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory)
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const { url, serviceToken } = croft.bootstrap
const { send, makeKey, keys, owner } = prismeaiClient(croft)
const all = managementApi(url, serviceToken)

async function makeProject(name: string): Promise<{ project: string; database: string }> {
  const { data } = bodyOf(await all.POST('/v1/projects', { body: { name, region: 'us-east-1' } }), 201)
  return { project: data.id, database: data.database?.id ?? '' }
}
const mine = await makeProject('mine')
const theirs = await makeProject('theirs')
const reason = 'This key reads the databases of one project'
const key = await makeKey(
  { action: 'read', subject: 'databases', conditions: { projectId: uuidOf(mine.project) } },
  {
    action: ['manage'],
    subject: 'databases',
    conditions: { projectId: { $ne: uuidOf(mine.project) } },
    inverted: true,
    reason,
  },
  { action: ['create', 'update', 'delete'], subject: 'databases', inverted: true, reason },
)

/** The SDK with the key in the header and nobody's token. */
function byHeader() {
  const client = createManagementApiClient({ token: 'none', baseUrl: url })
  client.use({
    onRequest({ request }) {
      request.headers.delete('authorization')
      request.headers.set('x-prismeai-api-key', key)
      return request
    },
  })
  return client
}

for (const [how, api] of [
  ['in the header', byHeader()],
  ['as bearer token', managementApi(url, key)],
] as const) {
  test(`Prisma’s SDK with the key ${how} sees the databases of one project`, async () => {
    const listed = bodyOf(await api.GET('/v1/databases'), 200)
    assert.deepEqual(
      listed.data.map(({ id }) => id),
      [mine.database],
    )
    const databaseId = { params: { path: { databaseId: mine.database } } }
    assert.equal(bodyOf(await api.GET('/v1/databases/{databaseId}', databaseId), 200).data.id, mine.database)
    const foreign = { params: { path: { databaseId: theirs.database } } }
    const said = refusalOf(await api.GET('/v1/databases/{databaseId}', foreign), 403, 'permission-denied')
    assert.equal(said, reason)
    assert.equal(
      refusalOf(await api.DELETE('/v1/databases/{databaseId}', databaseId), 403, 'permission-denied'),
      reason,
    )
    const rename = { ...databaseId, body: { name: 'x' } }
    assert.equal(
      refusalOf(await api.PATCH('/v1/databases/{databaseId}', rename), 403, 'permission-denied'),
      reason,
    )
    assert.deepEqual(bodyOf(await api.GET('/v1/projects'), 200).data, [])
    const project = { params: { path: { id: mine.project } } }
    refusalOf(await api.GET('/v1/projects/{id}', project), 404, 'resource-not-found')
  })
}

test('our own API by the same key', async () => {
  const listed = await send('GET', '/api/croft/v1/databases', { key })
  assert.equal(listed.status, 200)
  const { data } = listed.body as { data: { id: string }[] }
  assert.deepEqual(
    data.map(({ id }) => id),
    [uuidOf(mine.database)],
  )
  const refused = await send('GET', `/api/croft/v1/databases/${uuidOf(theirs.database)}`, { key })
  assert.equal(refused.status, 403)
  assert.equal((refused.body as { detail: string }).detail, reason)
  assert.equal((await send('GET', '/api/croft/v1/events', { key })).status, 200)
})

test('beside a token the denies of the key restrict it, and what is deleted counts no more', async () => {
  const both = { ...owner, key }
  const path = `/api/croft/v1/databases/${uuidOf(theirs.database)}`
  assert.equal((await send('GET', path, both)).status, 403)
  assert.equal((await send('GET', path, owner)).status, 200)
  assert.equal((await send('DELETE', `${keys}/${key}`)).status, 200)
  assert.equal((await send('GET', path, both)).status, 200)
  refusalOf(await byHeader().GET('/v1/databases'), 401, 'authentication-failed')
})

test('a key for databases alone changes and deletes them: nothing of their project is asked', async () => {
  const made = bodyOf(
    await all.POST('/v1/databases', {
      body: { projectId: theirs.project, name: 'preview', region: 'us-east-1' },
    }),
    201,
  ).data
  const conditions = { projectId: uuidOf(theirs.project) }
  const ci = await makeKey({ action: ['read', 'update', 'delete'], subject: 'databases', conditions })
  const path = `/api/croft/v1/databases/${uuidOf(made.id)}`
  const renamed = await send('PATCH', path, { key: ci }, { name: 'renamed' })
  assert.equal(renamed.status, 200, JSON.stringify(renamed.body))
  assert.equal((await send('DELETE', path, { key: ci })).status, 204)
  assert.equal((await send('GET', path, { key: ci })).status, 404)
  const other = await send('DELETE', `/api/croft/v1/databases/${uuidOf(mine.database)}`, { key: ci })
  assert.equal(other.status, 404)
})
