import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createDbaasApp, type DbaasApp } from '../../../test/dbaas-app.ts'
import { until } from '../../../test/scripted-agent.ts'
import { newId } from '../../platform/ids/index.ts'

const DATABASE = '/api/database/1/'
const HTML = { accept: 'text/html' }

/** A user with a role in one project only. */
async function memberOf({ db, user }: DbaasApp, project: string, role: string): Promise<string> {
  const email = `${role}@example.com`
  const { id } = await user(email, 'workspace-reader')
  await db.deleteFrom('role_bindings').where('user_id', '=', id).execute()
  const scope = { scope_type: 'project', scope_id: project } as const
  await db
    .insertInto('role_bindings')
    .values({ id: newId(), user_id: id, role, ...scope })
    .execute()
  return email
}

test('a form that is sent twice, or comes from an old page, deletes nothing for good', async (t) => {
  const { send, makeDatabase } = await createDbaasApp(t)
  await makeDatabase('one')
  const form = { _method: 'DELETE', step: 'quarantined' }
  for (let times = 0; times < 3; times++) {
    const { status, headers } = await send('POST', DATABASE, { form, headers: HTML })
    assert.deepEqual([status, headers.location], [303, `${DATABASE}?done=quarantined`])
  }
  assert.match(String((await send('GET', DATABASE)).body.quarantine_dt), /^\d{4}-/)
  const last = { _method: 'DELETE', step: 'deleted' }
  const deleted = await send('POST', DATABASE, { form: last, headers: HTML })
  assert.equal(deleted.headers.location, '/api/database/?done=deleted')
  assert.equal((await send('GET', DATABASE)).status, 404)
})

test('a form that deletes for good quarantines what was brought back meanwhile at most', async (t) => {
  const { send, makeDatabase } = await createDbaasApp(t)
  await makeDatabase('one')
  const form = { _method: 'DELETE', step: 'deleted' }
  const sent = await send('POST', DATABASE, { form })
  assert.equal(sent.status, 204)
  assert.notEqual((await send('GET', DATABASE)).body.quarantine_dt, null)
})

test('what is brought back while it is being deleted stays', async (t) => {
  const { send, makeDatabase, db } = await createDbaasApp(t)
  await makeDatabase('one')
  await send('DELETE', DATABASE)
  const deletion = await db.transaction().execute(async (tx) => {
    await tx.selectFrom('projects').selectAll().forUpdate().execute()
    const deletion = send('DELETE', DATABASE)
    await until(async () => {
      const { rows } = await sql`
        select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
      return rows[0]
    })
    await tx.updateTable('databases').set({ quarantined_at: null }).execute()
    return { deletion }
  })
  const { status, body } = await deletion.deletion
  assert.deepEqual(
    [status, body.error],
    [
      409,
      ['The database is not in quarantine any more.', 'Somebody has brought it back: look at it once more.'],
    ],
  )
  assert.equal((await send('GET', DATABASE)).body.quarantine_dt, null)
})

test('bringing back by PUT leaves it in its project, and is done wholly or not at all', async (t) => {
  const app = await createDbaasApp(t)
  const { send, makeDatabase, db } = app
  const link = async (name: string) =>
    String((await send('POST', '/api/project/', { body: { name } })).body._links?.self)
  const [shop, other] = [await link('shop'), await link('other')]
  await makeDatabase('one', { project: shop })
  const { id } = await db
    .selectFrom('projects')
    .select('id')
    .where('name', '=', 'shop')
    .executeTakeFirstOrThrow()
  const as = await memberOf(app, id, 'project-admin')
  const put = async (body: object) => {
    const { status, body: answer } = await send('PUT', DATABASE, { body, as })
    const { body: now } = await send('GET', DATABASE)
    return [status, now.project, now.quarantine_dt === null, answer]
  }
  // It may not put it into none, where the whole team finds it: the team is not its to see.
  const [status, project, , answer] = await put({})
  assert.deepEqual([status, project], [403, shop])
  assert.equal((answer as { detail?: string }).detail, 'You do not have permission to perform this action.')

  await send('DELETE', DATABASE, { as })
  assert.deepEqual((await put({ quarantine_dt: null, project: null })).slice(0, 3), [403, shop, false])
  assert.deepEqual((await put({ quarantine_dt: null, project: other })).slice(0, 3), [400, shop, false])
  const both = await send('PUT', DATABASE, { body: { quarantine_dt: null, project: other } })
  assert.deepEqual(
    [both.status, both.body.error],
    [409, ['The database is in quarantine: bring it back before it changes its project.']],
  )
  assert.deepEqual((await put({ quarantine_dt: null })).slice(0, 3), [200, shop, true])
  assert.deepEqual((await put({ quarantine_dt: null, project: shop })).slice(0, 3), [200, shop, true])
})
