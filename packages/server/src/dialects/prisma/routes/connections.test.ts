import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp } from '../../../../test/prisma-app.ts'
import { createProject, dataOf, errorOf, send } from '../../../../test/prisma-request.ts'

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
