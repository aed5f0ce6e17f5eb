import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createPrismaApp, type PrismaApp } from '../../../test/prisma-app.ts'
import { type Created, createProject, dataOf, makeReady, send } from '../../../test/prisma-request.ts'
import { showId } from './ids.ts'

const headers = { 'idempotency-key': 'once' }

/** As if the process had died after it had written what was asked for and before it answered. */
async function loseAnswer({ db }: PrismaApp): Promise<void> {
  await sql`update idempotency_keys
    set status = null, headers = null, body = null, locked_until = now() - interval '1 second'`.execute(db)
}

test('a project whose answer was lost is made once, and a repeat answers what the first would have', async (t) => {
  const given = await createPrismaApp(t)
  const create = () => send(given, 'POST', '/v1/projects', { body: { name: 'shop' }, headers })
  const first = dataOf<Created>(await create())
  await loseAnswer(given)
  await makeReady(given)
  const again = await create()
  assert.equal(again.status, 201)
  const repeated = dataOf<Created>(again)
  assert.equal(repeated.id, first.id)
  assert.equal(repeated.database.connectionString, first.database.connectionString)
  assert.equal(repeated.database.status, 'ready')
  assert.equal(dataOf<object[]>(await send(given, 'GET', '/v1/projects')).length, 1)

  await given.db.updateTable('projects').set({ deleted_at: new Date() }).execute()
  await loseAnswer(given)
  assert.equal((await create()).status, 404, 'what was deleted since is not made again')
})

test('a database whose answer was lost is made once', async (t) => {
  const given = await createPrismaApp(t)
  const { id: projectId } = await createProject(given, { createDatabase: false })
  const create = () => send(given, 'POST', '/v1/databases', { body: { projectId, name: 'second' }, headers })
  const first = dataOf<Created['database']>(await create())
  await loseAnswer(given)
  const again = await create()
  assert.equal(again.status, 201)
  const repeated = dataOf<Created['database']>(again)
  assert.equal(repeated.id, first.id)
  assert.deepEqual(repeated.connections, first.connections)
  assert.equal(dataOf<object[]>(await send(given, 'GET', '/v1/databases')).length, 1)

  await given.db.updateTable('databases').set({ deleted_at: new Date(), state: 'deleted' }).execute()
  await loseAnswer(given)
  assert.equal((await create()).status, 404, 'what was deleted since is not made again')
})

/** What a create answers when its first answer was lost, with the id of the first. */
async function repeat(
  given: PrismaApp,
  path: string,
  body: object,
): Promise<{ first: object; again: object }> {
  const create = () => send(given, 'POST', path, { body, headers })
  const first = await create()
  assert.ok(first.status < 300, JSON.stringify(first.body))
  await loseAnswer(given)
  const again = await create()
  assert.equal(again.status, first.status, JSON.stringify(again.body))
  return { first: dataOf<object>(first), again: dataOf<object>(again) }
}

test('a branch whose answer was lost is made once', async (t) => {
  const given = await createPrismaApp(t)
  const { id } = await createProject(given, { createDatabase: false })
  const { first, again } = await repeat(given, `/v1/projects/${id}/branches`, { gitName: 'feature' })
  assert.deepEqual(again, first)
})

test('a connection whose answer was lost is made once, with its password', async (t) => {
  const given = await createPrismaApp(t)
  const { database } = await createProject(given)
  const path = `/v1/databases/${database.id}/connections`
  const { first, again } = await repeat(given, path, { name: 'reports' })
  assert.deepEqual(again, first)
  assert.equal(dataOf<object[]>(await send(given, 'GET', path)).length, 2)
  await given.db.updateTable('credentials').set({ deleted_at: new Date() }).execute()
  await loseAnswer(given)
  const gone = await send(given, 'POST', path, { body: { name: 'reports' }, headers })
  assert.equal(gone.status, 404, 'what was deleted since is not made again')
})

test('a service token whose answer was lost is one token, whose new value works', async (t) => {
  const given = await createPrismaApp(t)
  const path = `/v1/workspaces/${showId('workspace', given.acme.id)}/service-tokens`
  const before = dataOf<object[]>(await send(given, 'GET', path)).length
  const { first, again } = await repeat(given, path, { name: 'deploy' })
  const [lost, token] = [first, again] as { id: string; value: string }[]
  assert.equal(token?.id, lost?.id)
  assert.equal(dataOf<object[]>(await send(given, 'GET', path)).length, before + 1)
  assert.equal((await send(given, 'GET', '/v1/projects', { as: `${token?.value}` })).status, 200)
  assert.equal((await send(given, 'GET', '/v1/projects', { as: `${lost?.value}` })).status, 401)
})
