import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp, ORIGIN } from '../../../test/prisma-app.ts'
import { createProject, dataOf, errorOf, type Method, send } from '../../../test/prisma-request.ts'
import { newId } from './../../platform/ids/index.ts'
import { dialectFaults } from '../check-dialect.ts'
import { showId } from './ids.ts'
import { createPrismaDialect } from './index.ts'

test('ids are taken without their prefix too', async (t) => {
  const given = await createPrismaApp(t)
  const { id } = await createProject(given, { createDatabase: false })
  const answer = await send(given, 'GET', `/v1/projects/${id.slice('proj_'.length)}`)
  assert.deepEqual([answer.status, dataOf<{ id: string }>(answer).id], [200, id])
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
  assert.deepEqual(await post('{"name":"a\\ud800b"}'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('{"region":"mars-1"}'), { status: 400, code: 'client-error' })
  assert.deepEqual(await post('name=x', 'application/x-www-form-urlencoded'), {
    status: 400,
    code: 'client-error',
  })
  assert.deepEqual(await post(JSON.stringify({ name: 'x'.repeat(2000) })), {
    status: 413,
    code: 'request-too-large',
  })
  const project = await createProject(given, { createDatabase: false, anything: 'else', name: '店 🏪' })
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

test('every error code is told as the platform requires', async (t) => {
  const { domain } = await createPrismaApp(t)
  const dialect = createPrismaDialect({
    deps: domain,
    idempotency: domain,
    originOf: () => ORIGIN,
    createDb: null,
  })
  assert.deepEqual(await dialectFaults(dialect), [])
})
