import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrismaApp } from '../../../../test/prisma-app.ts'
import { createProject, dataOf, makeReady, send } from '../../../../test/prisma-request.ts'
import { encodeBase36 } from '../../../platform/ids/index.ts'

test('databases of other engines are not there for clients of PostgreSQL', async (t) => {
  const given = await createPrismaApp(t)
  const { id: project, database: own } = await createProject(given)
  const { id: other } = await createProject(given)
  await makeReady(given)
  const prefixed = (prefix: string, id: string) => `${prefix}_${encodeBase36(id) ?? ''}`
  const [row] = await given.db
    .updateTable('databases')
    .set({ engine: 'mariadb', version: '10.11' })
    .where('is_default', '=', true)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('databases')
        .innerJoin('projects', 'projects.id', 'databases.project_id')
        .select('databases.id')
        .orderBy('databases.id', 'desc')
        .limit(1),
    )
    .returning('id')
    .execute()
  assert.ok(row)
  const credential = await given.db
    .selectFrom('credentials')
    .select('id')
    .where('database_id', '=', row.id)
    .executeTakeFirstOrThrow()
  const id = prefixed('db', row.id)
  const connection = prefixed('con', credential.id)

  const ask = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => {
    const answer = await send(given, method, path, body === undefined ? {} : { body })
    return answer.status
  }
  assert.equal(await ask('GET', `/v1/databases/${own.id}`), 200)
  for (const [method, path, body] of [
    ['GET', `/v1/databases/${id}`],
    ['PATCH', `/v1/databases/${id}`, { name: 'mine' }],
    ['DELETE', `/v1/databases/${id}`],
    ['GET', `/v1/databases/${id}/usage`],
    ['GET', `/v1/databases/${id}/backups`],
    ['GET', `/v1/databases/${id}/connections`],
    ['POST', `/v1/databases/${id}/connections`, { name: 'mine' }],
    ['POST', '/v1/connections', { databaseId: id, name: 'mine' }],
    ['GET', `/v1/connections/${connection}`],
    ['POST', `/v1/connections/${connection}/rotate`],
    ['DELETE', `/v1/connections/${connection}`],
    [
      'POST',
      '/v1/databases',
      { projectId: project, region: 'us-east-1', source: { type: 'database', databaseId: id } },
    ],
    ['POST', `/v1/databases/${own.id}/restore`, { source: { type: 'backup', databaseId: id, backupId: id } }],
  ] as const) {
    assert.equal(await ask(method, path, body), 404, `${method} ${path}`)
  }
  for (const path of ['/v1/databases', `/v1/projects/${other}/databases`, '/v1/connections']) {
    const listed = dataOf<{ id: string }[]>(await send(given, 'GET', path))
    assert.ok(!listed.some((each) => each.id === id || each.id === connection), path)
  }
  // In our own terms it is as it was.
  assert.equal((await given.domain.databases.getDatabase(given.system, row.id)).state, 'ready')
})
