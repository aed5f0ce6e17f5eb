import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createPrismaApp, ORIGIN, type PrismaApp } from '../../../test/prisma-app.ts'
import { newId } from '../../platform/ids/index.ts'
import { dialectFaults } from '../check-dialect.ts'
import { showId } from './ids.ts'
import { createPrismaDialect } from './index.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

/** Sends a request; `null` for `token` sends none. */
async function send(
  { app, token }: Pick<PrismaApp, 'app' | 'token'>,
  method: Method,
  url: string,
  {
    body,
    headers = {},
    as = token,
  }: { body?: object; headers?: Record<string, string>; as?: string | null } = {},
): Promise<Answer> {
  const response = await app.inject({
    method,
    url,
    headers: { ...(as === null ? {} : { authorization: `Bearer ${as}` }), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  })
  const text = response.body
  const isJson = String(response.headers['content-type'] ?? '').includes('json')
  return { status: response.statusCode, body: isJson ? JSON.parse(text) : text, headers: response.headers }
}

interface Created {
  id: string
  database: {
    id: string
    isDefault: boolean
    status: string
    defaultConnectionId: string | null
    connections: { id: string; endpoints: { direct: { connectionString: string } } }[]
    connectionString: string
    apiKeys: { connectionString: string }[]
    directConnection: { host: string; user: string; pass: string }
    region: { id: string; name: string }
  }
}
const dataOf = <Data>(answer: Answer): Data => (answer.body as { data: Data }).data
const errorOf = (answer: Answer) => (answer.body as { error: { code: string; message: string } }).error

async function createProject(given: PrismaApp, body: object = {}): Promise<Created> {
  const answer = await send(given, 'POST', '/v1/projects', { body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return dataOf<Created>(answer)
}

/** What the agent would have told. */
async function makeReady({ db }: PrismaApp): Promise<void> {
  await db
    .updateTable('databases')
    .set({ state: 'ready', ready_at: new Date() })
    .where('state', '=', 'provisioning')
    .execute()
}

test('a project comes with a default database in the old form and the new', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given, { name: 'shop', region: 'eu-west-3' })
  assert.match(project.id, /^proj_[a-z0-9]{25}$/)
  const { database } = project
  const [connection] = database.connections
  const direct = connection?.endpoints.direct.connectionString
  assert.match(direct ?? '', /^postgres:\/\/[^:]+:[^@]+@127\.0\.0\.1:7432\/postgres\?sslmode=disable$/)
  assert.equal(database.connectionString, direct)
  assert.equal(database.apiKeys[0]?.connectionString, direct)
  assert.equal(direct?.includes(`${database.directConnection.user}:${database.directConnection.pass}`), true)
  assert.deepEqual(database.region, { id: 'eu-west-3', name: 'Europe (Paris)' })
  assert.deepEqual(
    [database.isDefault, database.status, database.defaultConnectionId],
    [true, 'provisioning', null],
  )

  await makeReady(given)
  const read = dataOf<{ status: string; defaultConnectionId: string; connections: object[]; url: string }>(
    await send(given, 'GET', `/v1/databases/${database.id}`),
  )
  assert.deepEqual([read.status, read.defaultConnectionId], ['ready', connection?.id])
  assert.equal(read.url, `${ORIGIN}/v1/databases/${database.id}`)
  assert.ok(!JSON.stringify(read).includes(database.directConnection.pass))
  const shown = dataOf<{ defaultRegion: string }>(await send(given, 'GET', `/v1/projects/${project.id}`))
  assert.equal(shown.defaultRegion, 'eu-west-3')
})

test('ids are taken without their prefix too', async (t) => {
  const given = await createPrismaApp(t)
  const { id } = await createProject(given, { createDatabase: false })
  const answer = await send(given, 'GET', `/v1/projects/${id.slice('proj_'.length)}`)
  assert.deepEqual([answer.status, dataOf<{ id: string }>(answer).id], [200, id])
})

test('a project may be made without a database, a body or a content type', async (t) => {
  const given = await createPrismaApp(t)
  const without = await createProject(given, { createDatabase: false })
  assert.equal(without.database, null)
  assert.equal((await send(given, 'POST', '/v1/projects')).status, 201)
  const list = await send(given, 'GET', '/v1/projects')
  assert.equal(dataOf<object[]>(list).length, 2)
})

test('the default database: a second is refused, and it goes only with its project', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given)
  const path = `/v1/projects/${project.id}/databases`
  const second = await send(given, 'POST', path, { body: { isDefault: true } })
  assert.deepEqual([second.status, errorOf(second).message], [400, 'Default database already exists'])
  const undeletable = await send(given, 'DELETE', `/v1/databases/${project.database.id}`)
  assert.deepEqual(
    [undeletable.status, errorOf(undeletable).message],
    [403, 'Cannot delete the default environment'],
  )
})

test('pages follow each other by cursor', async (t) => {
  const given = await createPrismaApp(t)
  for (const name of ['a', 'b', 'c']) await createProject(given, { name, createDatabase: false })
  interface Page {
    data: { name: string }[]
    pagination: { nextCursor: string | null; hasMore: boolean }
  }
  const first = (await send(given, 'GET', '/v1/projects?limit=2&cursor=null')).body as Page
  assert.deepEqual([first.data.map(({ name }) => name), first.pagination.hasMore], [['a', 'b'], true])
  const next = await send(given, 'GET', `/v1/projects?limit=1000000&cursor=${first.pagination.nextCursor}`)
  const { data, pagination } = next.body as Page
  assert.deepEqual(
    data.map(({ name }) => name),
    ['c'],
  )
  assert.deepEqual(pagination, { nextCursor: null, hasMore: false })
  for (const query of ['cursor=x', 'limit=0', 'limit=-1', 'limit=many', 'limit=1&limit=2']) {
    const answer = await send(given, 'GET', `/v1/projects?${query}`)
    assert.deepEqual([answer.status, errorOf(answer).code], [400, 'client-error'], query)
  }
})

test('connections show their secret when they are made and not again', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const answer = await send(given, 'POST', '/v1/connections', {
    body: { databaseId: database.id, name: 'ci' },
  })
  const secret = dataOf<{
    id: string
    connectionString: string
    endpoints: { pooled: { connectionString: string } }
    host: string
    user: string
    pass: string
  }>(answer)
  assert.equal(secret.endpoints.pooled.connectionString, secret.connectionString)
  assert.ok(secret.connectionString.includes(`${secret.user}:${secret.pass}@${secret.host}:7432/`))
  for (const path of [`/v1/databases/${database.id}/connections`, `/v1/connections/${secret.id}`]) {
    const read = await send(given, 'GET', path)
    assert.equal(read.status, 200)
    assert.ok(
      !JSON.stringify(read.body).includes(secret.pass) &&
        !JSON.stringify(read.body).includes('connectionString'),
    )
  }
  const early = await send(given, 'POST', `/v1/connections/${secret.id}/rotate`)
  assert.deepEqual([early.status, errorOf(early).code], [409, 'conflict'])
})

test('a new connection answers 200 on the old path and 201 on the new', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const old = await send(given, 'POST', `/v1/databases/${database.id}/connections`, { body: { name: 'dev' } })
  assert.equal(old.status, 200, JSON.stringify(old.body))
  const flat = await send(given, 'POST', '/v1/connections', {
    body: { databaseId: database.id, name: 'dev' },
  })
  assert.equal(flat.status, 201)
  const { id } = dataOf<{ id: string }>(flat)
  const listed = await send(given, 'GET', `/v1/connections?databaseId=${database.id}`)
  assert.equal(dataOf<object[]>(listed).length, 3)
  assert.equal((await send(given, 'GET', `/v1/connections/${id}`)).status, 200)
  assert.equal((await send(given, 'DELETE', `/v1/connections/${id}`)).status, 204)
  assert.equal((await send(given, 'GET', `/v1/connections/${id}`)).status, 404)
})

test('databases on branches, by the newer route', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given)
  await send(given, 'POST', `/v1/projects/${project.id}/branches`, { body: { gitName: 'main' } })
  const body = { projectId: project.id, name: 'side', source: { type: 'empty' }, branchGitName: 'feature' }
  const answer = await send(given, 'POST', '/v1/databases', { body: { ...body, region: 'inherit' } })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const database = dataOf<{ id: string; branchId: string; logicalId: null; apiKeys?: object }>(answer)
  assert.equal(database.apiKeys, undefined)
  const branch = dataOf<{ gitName: string; role: string }>(
    await send(given, 'GET', `/v1/branches/${database.branchId}`),
  )
  assert.equal(branch.gitName, 'feature')
  const found = await send(given, 'GET', `/v1/databases?branchGitName=feature&projectId=${project.id}`)
  assert.deepEqual(
    dataOf<{ id: string }[]>(found).map(({ id }) => id),
    [database.id],
  )
  const inUse = await send(given, 'DELETE', `/v1/branches/${database.branchId}`)
  assert.deepEqual([inUse.status, errorOf(inUse).code], [409, 'conflict'])
  const both = await send(given, 'POST', '/v1/databases', { body: { ...body, branchId: database.branchId } })
  assert.equal(both.status, 400)
  const logical = await send(given, 'PATCH', `/v1/databases/${database.id}`, {
    body: { logicalId: 'orders', name: 'o' },
  })
  assert.deepEqual([logical.status, dataOf<{ logicalId: string }>(logical).logicalId], [200, 'orders'])
  assert.equal((await send(given, 'DELETE', `/v1/databases/${database.id}`)).status, 204)
  assert.equal((await send(given, 'GET', `/v1/databases/${database.id}`)).status, 404)
})

test('branches: the first is the default, names are unique, only the default can be changed', async (t) => {
  const given = await createPrismaApp(t)
  const project = await createProject(given, { createDatabase: false })
  const path = `/v1/projects/${project.id}/branches`
  interface Branch {
    id: string
    isDefault: boolean
    role: string
  }
  const create = (gitName: string) => send(given, 'POST', path, { body: { gitName } })
  const main = dataOf<Branch>(await create('main'))
  assert.deepEqual([main.isDefault, main.role], [true, 'production'])
  assert.equal((await create('main')).status, 409)
  assert.equal((await create('')).status, 422)
  const preview = dataOf<Branch>(await create('preview'))
  assert.deepEqual([preview.isDefault, preview.role], [false, 'preview'])
  const change = (body: object) => send(given, 'PATCH', `/v1/branches/${preview.id}`, { body })
  for (const body of [{}, { isDefault: false }, { isDefault: null }, { isDefault: true, gitName: 'x' }]) {
    assert.deepEqual([(await change(body)).status, JSON.stringify(body)], [422, JSON.stringify(body)])
  }
  assert.equal(dataOf<Branch>(await change({ isDefault: true })).isDefault, true)
  assert.equal((await send(given, 'DELETE', `/v1/branches/${preview.id}`)).status, 422)
  assert.equal((await send(given, 'GET', `${path}?gitName=a&gitNameContains=b`)).status, 422)
  const found = await send(given, 'GET', `${path}?gitNameContains=rev`)
  assert.deepEqual(
    dataOf<Branch[]>(found).map(({ id }) => id),
    [preview.id],
  )
})

test('things of another workspace, unknown and malformed ids are not found, and named as sent', async (t) => {
  const given = await createPrismaApp(t)
  const { id, database } = await createProject(given)
  const as = given.otherToken
  const connection = database.connections[0]?.id
  const foreign: [Method, string, object?][] = [
    ['GET', `/v1/projects/${id}`],
    ['PATCH', `/v1/projects/${id}`, { name: 'x' }],
    ['DELETE', `/v1/projects/${id}`],
    ['POST', `/v1/projects/${id}/transfer`, { recipientAccessToken: as }],
    ['GET', `/v1/projects/${id}/databases`],
    ['POST', `/v1/projects/${id}/databases`, {}],
    ['GET', `/v1/projects/${id}/branches`],
    ['GET', `/v1/databases/${database.id}`],
    ['PATCH', `/v1/databases/${database.id}`, { name: 'x' }],
    ['DELETE', `/v1/databases/${database.id}`],
    ['GET', `/v1/databases/${database.id}/usage`],
    ['GET', `/v1/databases/${database.id}/backups`],
    ['GET', `/v1/databases/${database.id}/connections`],
    ['POST', `/v1/databases/${database.id}/connections`, { name: 'x' }],
    ['POST', '/v1/connections', { databaseId: database.id, name: 'x' }],
    ['GET', `/v1/connections/${connection}`],
    ['DELETE', `/v1/connections/${connection}`],
    ['POST', `/v1/connections/${connection}/rotate`],
    ['GET', `/v1/workspaces/${showId('workspace', given.acme.id)}`],
    ['GET', `/v1/workspaces/${showId('workspace', given.acme.id)}/subscription`],
    ['GET', `/v1/workspaces/${showId('workspace', given.acme.id)}/integrations`],
    ['GET', `/v1/integrations?workspaceId=${showId('workspace', given.acme.id)}`],
  ]
  for (const [method, url, body] of foreign) {
    const answer = await send(given, method, url, { as, ...(body ? { body } : {}) })
    assert.deepEqual([answer.status, errorOf(answer).code], [404, 'resource-not-found'], `${method} ${url}`)
  }
  for (const unknown of [showId('database', newId()), 'db_abc', 'nothing-like-it', 'x'.repeat(90), '%00']) {
    const answer = await send(given, 'GET', `/v1/databases/${unknown}`)
    assert.equal(answer.status, 404, unknown)
    assert.equal(errorOf(answer).message, `database with id ${decodeURIComponent(unknown)} not found`)
  }
  assert.equal((await send(given, 'GET', '/v1/databases/not-an-id/backups')).status, 422)
  assert.equal((await send(given, 'GET', '/v1/databases/db_abc/backups')).status, 404)
})

test('a token that is missing, garbled or revoked is 401, whatever else is wrong', async (t) => {
  const given = await createPrismaApp(t)
  const revoked = await given.access.createServiceToken(given.system, {
    workspaceId: given.acme.id,
    name: 'x',
  })
  await given.access.revokeServiceToken(given.system, { workspaceId: given.acme.id, id: revoked.id })
  for (const as of [null, 'garbled', `${given.token}x`, revoked.value]) {
    for (const [method, url] of [
      ['GET', '/v1/projects'],
      ['POST', '/v1/buckets'],
      ['GET', '/v1/projects/-'],
    ] as const) {
      const answer = await send(given, method, url, { as })
      assert.deepEqual([answer.status, errorOf(answer).code], [401, 'authentication-failed'])
      assert.equal(answer.headers['www-authenticate'], 'Bearer')
    }
  }
})

test('bodies that do not fit are refused in the form of the API', async (t) => {
  const given = await createPrismaApp(t)
  const { app, token } = given
  const post = async (payload: string, contentType = 'application/json') => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': contentType }
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/v1/projects', payload, headers })
    return { status: statusCode, code: JSON.parse(body).error.code }
  }
  assert.deepEqual(await post('{"name":'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('[]'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('null'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('{"name":1}'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('{"name":"a\\u0000b"}'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('{"region":"mars-1"}'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('name=x', 'application/x-www-form-urlencoded'), {
    status: 400,
    code: 'client-error',
  })
  assert.deepEqual(await post(JSON.stringify({ name: 'x'.repeat(2000) })), {
    status: 413,
    code: 'request-too-large',
  })
  const project = await createProject(given, { createDatabase: false, anything: 'else' })
  const renamed = await send(given, 'PATCH', `/v1/projects/${project.id}`, { body: { name: 7 } })
  assert.deepEqual([renamed.status, errorOf(renamed).code], [422, 'validation-error'])
})

test('paths and methods that are not there are told in the form of the API', async (t) => {
  const given = await createPrismaApp(t)
  const nowhere = await send(given, 'GET', '/v1/nowhere')
  assert.deepEqual([nowhere.status, errorOf(nowhere).code], [404, 'resource-not-found'])
  const method = await send(given, 'POST', '/v1/me')
  assert.deepEqual([method.status, method.headers.allow], [405, 'GET, HEAD'])
})

test('an Idempotency-Key makes a project once', async (t) => {
  const given = await createPrismaApp(t)
  const headers = { 'idempotency-key': 'once' }
  const first = await send(given, 'POST', '/v1/projects', { body: { name: 'one' }, headers })
  const again = await send(given, 'POST', '/v1/projects', { body: { name: 'one' }, headers })
  assert.deepEqual([again.status, again.body], [201, first.body])
  const other = await send(given, 'POST', '/v1/projects', { body: { name: 'two' }, headers })
  assert.deepEqual([other.status, errorOf(other).code], [422, 'validation-error'])
})

test('transfer: to the workspace of the recipient’s token, and the giver no longer sees it', async (t) => {
  const given = await createPrismaApp(t)
  const { id } = await createProject(given, { createDatabase: false })
  const transfer = (recipientAccessToken: string) =>
    send(given, 'POST', `/v1/projects/${id}/transfer`, { body: { recipientAccessToken } })
  const bad = await transfer('nonsense')
  assert.deepEqual([bad.status, errorOf(bad).code], [400, 'client-error'])
  const moved = await transfer(given.otherToken)
  assert.deepEqual([moved.status, moved.body], [204, ''])
  assert.equal((await send(given, 'GET', `/v1/projects/${id}`)).status, 404)
  assert.equal((await send(given, 'GET', `/v1/projects/${id}`, { as: given.otherToken })).status, 200)
})

test('a project is deleted with its databases', async (t) => {
  const given = await createPrismaApp(t)
  const { id, database } = await createProject(given)
  // Nobody removes the server here: the domain waits for that, but not for ever.
  await given.db.updateTable('instances').set({ observed: null }).execute()
  assert.equal((await send(given, 'DELETE', `/v1/projects/${id}`)).status, 204)
  assert.equal((await send(given, 'GET', `/v1/databases/${database.id}`)).status, 404)
})

test('service tokens: newest first, the value once, empty for a foreign workspace, dead when deleted', async (t) => {
  const given = await createPrismaApp(t)
  const path = `/v1/workspaces/${showId('workspace', given.acme.id)}/service-tokens`
  interface Token {
    id: string
    name: string
    value: string
    valueHint: string
  }
  const created = await send(given, 'POST', path, { body: { name: 'ci' } })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const token = dataOf<Token>(created)
  assert.equal(token.value.slice(-4), token.valueHint)
  const list = await send(given, 'GET', path)
  assert.deepEqual(
    dataOf<Token[]>(list).map(({ name, value }) => [name, value]),
    [
      ['ci', undefined],
      ['test', undefined],
    ],
  )
  for (const workspace of [showId('workspace', given.other.id), showId('workspace', newId()), 'no-id']) {
    const empty = await send(given, 'GET', `/v1/workspaces/${workspace}/service-tokens`)
    assert.deepEqual([empty.status, dataOf<Token[]>(empty)], [200, []])
  }
  assert.equal((await send(given, 'POST', path, { body: {} })).status, 422)
  assert.equal(
    (await send(given, 'POST', '/v1/workspaces/-/service-tokens', { body: { name: 'x' } })).status,
    422,
  )
  assert.equal((await send(given, 'GET', '/v1/me', { as: token.value })).status, 200)
  assert.equal((await send(given, 'DELETE', `${path}/${token.id}`)).status, 204)
  assert.equal((await send(given, 'GET', '/v1/me', { as: token.value })).status, 401)
  assert.equal((await send(given, 'DELETE', `${path}/${token.id}`)).status, 404)
})

test('me and workspaces of a service token', async (t) => {
  const given = await createPrismaApp(t)
  const me = dataOf<{ user: null; workspace: object; credential: { type: string; name: string } }>(
    await send(given, 'GET', '/v1/me'),
  )
  const id = showId('workspace', given.acme.id)
  assert.deepEqual([me.user, me.workspace], [null, { id, name: 'Acme' }])
  assert.deepEqual([me.credential.type, me.credential.name], ['service_token', 'test'])
  const workspaces = dataOf<{ id: string }[]>(await send(given, 'GET', '/v1/workspaces'))
  assert.deepEqual(
    workspaces.map((workspace) => workspace.id),
    [id],
  )
  const subscription = await send(given, 'GET', `/v1/workspaces/${id}/subscription`)
  assert.deepEqual(dataOf(subscription), {
    planName: 'Self-hosted',
    usageBlocked: false,
    upgradeUrl: `${ORIGIN}/`,
  })
  assert.equal((await send(given, 'POST', '/v1/workspaces', { body: {} })).status, 403)
})

test('regions, usage and backups have the shapes of the API', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const regions = dataOf<{ status: string }[]>(await send(given, 'GET', '/v1/regions/postgres'))
  assert.deepEqual(
    regions.map(({ status }) => status),
    Array(6).fill('available'),
  )
  assert.equal(dataOf<object[]>(await send(given, 'GET', '/v1/regions?product=accelerate')).length, 6)
  assert.equal(dataOf<object[]>(await send(given, 'GET', '/v1/regions')).length, 12)
  assert.equal((await send(given, 'GET', '/v1/regions?product=x')).status, 400)
  const usage = await send(given, 'GET', `/v1/databases/${database.id}/usage`)
  assert.deepEqual(Object.keys(usage.body as object), ['period', 'metrics', 'generatedAt'])
  assert.equal((await send(given, 'GET', `/v1/databases/${database.id}/usage?startDate=x`)).status, 400)
  const backups = await send(given, 'GET', `/v1/databases/${database.id}/backups`)
  assert.deepEqual(backups.body, {
    data: [],
    meta: { backupRetentionDays: 7 },
    pagination: { hasMore: false, limit: 25 },
  })
  for (const limit of [0, 101]) {
    assert.equal(
      (await send(given, 'GET', `/v1/databases/${database.id}/backups?limit=${limit}`)).status,
      422,
    )
  }
})

test('a restore into a database that is not ready, or from what is no backup, is refused', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const source = { type: 'backup', databaseId: database.id, backupId: showId('backup', newId()) }
  const restore = (body: object) => send(given, 'POST', `/v1/databases/${database.id}/restore`, { body })
  assert.equal((await restore({ source: { type: 'database', databaseId: database.id } })).status, 422)
  assert.ok([404, 409].includes((await restore({ source })).status))
  await makeReady(given)
  const missing = await restore({ source })
  assert.deepEqual(
    [missing.status, errorOf(missing).message],
    [404, `backup with id ${source.backupId} not found`],
  )
})

test('what Croft does not offer is 501 with the reason', async (t) => {
  const given = await createPrismaApp(t)
  const answer = await send(given, 'POST', '/v1/buckets', { body: { any: 'thing' } })
  assert.deepEqual([answer.status, errorOf(answer).code], [501, 'not-supported'])
  assert.match(errorOf(answer).message, /no object storage/)
})

test('the document is public and names this server', async (t) => {
  const given = await createPrismaApp(t)
  const answer = await send(given, 'GET', '/v1/doc', { as: null })
  const document = answer.body as { openapi: string; servers: { url: string }[] }
  assert.deepEqual([answer.status, document.openapi, document.servers], [200, '3.1.0', [{ url: ORIGIN }]])
})

test('every error code is told as the platform requires', async (t: TestContext) => {
  const { domain } = await createPrismaApp(t)
  const dialect = createPrismaDialect({
    deps: domain,
    idempotency: domain,
    originOf: () => ORIGIN,
    createDb: null,
  })
  assert.deepEqual(await dialectFaults(dialect), [])
})
