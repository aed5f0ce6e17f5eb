import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createCroftApp, type Method } from '../../../../test/croft-app.ts'
import { connectAgent, serving, until } from '../../../../test/scripted-agent.ts'
import { REGIONS } from '../../../domain/targets/index.ts'
import { newId } from '../../../platform/ids/index.ts'

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

/** A ready database, archived for an hour, with a completed backup, and a restore point that is set. */
async function createArchived(t: TestContext) {
  const given = await createCroftApp(t)
  const { db, domain, acme, call } = given
  const targetId = newId()
  await db
    .insertInto('targets')
    .values({
      id: targetId,
      name: 'local',
      kind: 'host',
      regions: REGIONS.map(({ id }) => id),
      join_token_hash: Buffer.alloc(32),
    })
    .execute()
  await until(() => domain.signals.connected())
  const agent = connectAgent(domain.targets, targetId)
  t.after(agent.leave)
  await until(() => agent.heard.some(({ type }) => type === 'desired'))
  const { project, created } = await domain.projects.createProject(given.system, {
    workspaceId: acme.id,
    database: true,
  })
  assert.ok(created)
  const { id } = created.database
  const wish = await until(() => [...agent.wanted.values()][0])
  const archive = {
    ...{ chain: 'c1', epoch: 1, startedAt: ago(60), startLsn: '0/1000000', baseKey: 'templates/7' },
    ...({ state: 'streaming', archivedAt: ago(0), lagBytes: 0 } as const),
  }
  await agent.report({ observed: [{ ...serving(wish), archive }] })
  await db.updateTable('databases').set({ state: 'ready', ready_at: new Date() }).execute()
  const tasksOf = (kind: string) => [...agent.asked.values()].filter((task) => task.kind === kind)
  const backup = (await call('POST', `/databases/${id}/backups`)).body
  const [making] = await until(() => (tasksOf('backup').length > 0 ? tasksOf('backup') : undefined))
  assert.ok(making)
  await agent.report({
    tasks: [
      {
        id: making.id,
        state: 'done',
        backup: {
          ...{ key: 'k', engine: 'postgres', version: '18', sizeBytes: 1, storedBytes: 1, mark: 'm' },
          ...{ startedAt: ago(0), completedAt: ago(0), skipped: false, consistentAt: ago(0), chain: 'c1' },
        },
      },
    ],
  })
  const setting = call('POST', `/databases/${id}/restore-points`, { name: 'first' })
  const [marking] = await until(() => {
    const tasks = tasksOf('mark-restore-point')
    return tasks.length > 0 ? tasks : undefined
  })
  assert.ok(marking)
  const restoreMark = { at: ago(5), lsn: '0/2000000', chain: 'c1' }
  await agent.report({ tasks: [{ id: marking.id, state: 'done', restoreMark }] })
  const point = await setting
  assert.equal(point.status, 201, JSON.stringify(point.body))
  const setReady = () => db.updateTable('databases').set({ state: 'ready' }).execute()
  return { ...given, id, projectId: project.id, backupId: String(backup.id), point: point.body, setReady }
}

test('a database and its backups tell how it can be restored', async (t) => {
  const { call, id, backupId, point, acme } = await createArchived(t)
  const { body: database } = await call('GET', `/databases/${id}`)
  assert.ok(database.recovery.earliest < database.recovery.latest)
  assert.deepEqual(database.warnings, [])
  const listed = (await call('GET', '/databases')).body.data
  assert.equal(listed[0].recovery.earliest, database.recovery.earliest)
  const { status, body: window } = await call('GET', `/databases/${id}/recovery-window`)
  assert.equal(status, 200)
  assert.equal(window.earliest, database.recovery.earliest)
  assert.equal(window.spans.length, 1)
  assert.deepEqual([window.archive.state, window.archive.fault, window.retentionDays], ['streaming', null, 7])

  const { body: backup } = await call('GET', `/backups/${backupId}`)
  assert.deepEqual(
    [backup.verification.state, backup.kind, backup.restorable, backup.encrypted, backup.chain],
    ['pending', 'full', true, true, 'c1'],
  )
  const ofWorkspace = await call('GET', `/workspaces/${acme.id}/backups`)
  assert.deepEqual(
    ofWorkspace.body.data.map((each: { id: string }) => each.id),
    [backupId],
  )
  const again = await call('POST', `/backups/${backupId}/verify`)
  assert.deepEqual([again.status, again.body.verification.state], [202, 'pending'])

  assert.deepEqual([point.name, point.state, point.restorable], ['first', 'completed', true])
  const points = await call('GET', `/databases/${id}/restore-points`)
  assert.deepEqual(points.body.data, [point])
  assert.deepEqual((await call('GET', `/restore-points/${point.id}`)).body, point)
  assert.equal((await call('DELETE', `/restore-points/${point.id}`)).status, 204)
  assert.equal((await call('GET', `/restore-points/${point.id}`)).code, 'restore-point-not-found')
})

test('the forms of a restore in place', async (t) => {
  const { call, id, backupId, point, setReady } = await createArchived(t)
  const path = `/databases/${id}/restore`
  const at = ago(2)
  const good: [object, object | null][] = [
    [{ backupId }, null],
    [{ backupId, databaseId: id }, null],
    [{ source: { type: 'backup', backupId } }, null],
    [{ source: { type: 'backup', backupId, databaseId: id, force: true } }, null],
    [{ source: { type: 'point-in-time', at } }, { type: 'time', at }],
    [{ source: { type: 'database', at } }, { type: 'time', at }],
    [
      { source: { type: 'database', databaseId: id, restorePoint: point.id } },
      { type: 'restore-point', id: point.id, name: 'first' },
    ],
    [
      { source: { type: 'restore-point', name: 'first' } },
      { type: 'restore-point', id: point.id, name: 'first' },
    ],
  ]
  for (const [body, until] of good) {
    const answer = await call('POST', path, body)
    assert.equal(answer.status, 202, JSON.stringify([body, answer.body]))
    assert.equal(answer.body.state, 'recovering')
    const [last] = (await call('GET', `/databases/${id}/restores`)).body.data
    assert.deepEqual([last.until, last.state], [until, 'running'])
    assert.equal((await call('POST', path, body)).code, 'database-not-ready')
    await setReady()
  }
  const bad: [object, number, string][] = [
    [{}, 422, 'invalid-input'],
    [{ backupId, source: { type: 'backup', backupId } }, 422, 'invalid-input'],
    [{ source: { type: 'empty' } }, 422, 'invalid-input'],
    [{ source: { type: 'point-in-time' } }, 422, 'invalid-input'],
    [{ source: { type: 'point-in-time', at: 'yesterday' } }, 422, 'invalid-input'],
    [{ source: { type: 'point-in-time', at: ago(-5) } }, 422, 'point-outside-window'],
    [{ source: { type: 'point-in-time', at: ago(90) } }, 422, 'point-outside-window'],
    [{ source: { type: 'database', at, restorePoint: 'first' } }, 422, 'invalid-input'],
    [{ source: { type: 'database' } }, 422, 'invalid-input'],
    [{ source: { type: 'restore-point', name: 'second' } }, 404, 'restore-point-not-found'],
    [{ source: { type: 'backup', backupId: newId() } }, 404, 'backup-not-found'],
    [{ source: { type: 'backup', backupId: 'x' } }, 404, 'backup-not-found'],
    [{ source: { type: 'database', databaseId: newId(), at } }, 404, 'database-not-found'],
  ]
  for (const [body, status, code] of bad) {
    const answer = await call('POST', path, body)
    assert.deepEqual([answer.status, answer.code], [status, code], JSON.stringify([body, answer.body]))
  }
  assert.equal((await call('GET', `/databases/${id}`)).body.state, 'ready')
})

test('a new database can be made of a moment or a restore point', async (t) => {
  const { call, id, projectId } = await createArchived(t)
  const create = (source: object) => call('POST', '/databases', { name: 'copy', projectId, source })
  const at = ago(2)
  for (const how of [{ at }, { restorePoint: 'first' }, {}]) {
    const { status, body } = await create({ type: 'database', databaseId: id, ...how })
    assert.equal(status, 201, JSON.stringify(body))
    assert.deepEqual(body.source, { type: 'database', databaseId: id, ...how })
  }
  const outside = await create({ type: 'database', databaseId: id, at: ago(90) })
  assert.deepEqual([outside.status, outside.code], [422, 'point-outside-window'])
  assert.equal((await create({ type: 'database', databaseId: id, at: 'x' })).code, 'invalid-input')
})

test('nobody else gets at any of it', async (t) => {
  const { call, id, backupId, point, acme, stranger, userOf } = await createArchived(t)
  const reader = await userOf('reader@example.com', 'workspace-reader', 'workspace', acme.id)
  const operations: [Method, string, string, object?][] = [
    ['GET', `/databases/${id}/recovery-window`, 'database-not-found'],
    ['GET', `/databases/${id}/restores`, 'database-not-found'],
    ['GET', `/databases/${id}/restore-points`, 'database-not-found'],
    ['POST', `/databases/${id}/restore-points`, 'database-not-found', { name: 'x' }],
    ['GET', `/restore-points/${point.id}`, 'restore-point-not-found'],
    ['DELETE', `/restore-points/${point.id}`, 'restore-point-not-found'],
    ['POST', `/backups/${backupId}/verify`, 'backup-not-found'],
    ['GET', `/workspaces/${acme.id}/backups`, 'workspace-not-found'],
    [
      'POST',
      `/databases/${id}/restore`,
      'database-not-found',
      { source: { type: 'point-in-time', at: ago(2) } },
    ],
  ]
  for (const [method, path, missing, body] of operations) {
    for (const as of [null, 'garbage']) {
      assert.equal((await call(method, path, body, as)).code, 'not-authenticated', path)
    }
    const theirs = await call(method, path, body, stranger.token)
    assert.deepEqual([theirs.status, theirs.code], [404, missing], `${method} ${path}`)
    const { status, code } = await call(method, path, body, reader.token)
    assert.deepEqual(
      [status, code],
      method === 'GET' ? [200, undefined] : [403, 'forbidden'],
      `${method} ${path}`,
    )
    for (const other of [newId(), 'x']) {
      const elsewhere = path.replace(/[0-9a-f-]{36}/, other)
      const nothing = await call(method, elsewhere, body)
      assert.deepEqual([nothing.status, nothing.code], [404, missing], elsewhere)
    }
  }
  for (const name of ['', 'x'.repeat(64), 7, 'a\nb']) {
    assert.equal((await call('POST', `/databases/${id}/restore-points`, { name })).code, 'invalid-input')
  }
  assert.equal((await call('POST', `/databases/${id}/restore-points`, { name: 'first' })).code, 'name-taken')
})
