import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDone, bodyOf, refusalOf } from '../../harness/management-api.ts'
import { query } from '../../harness/query.ts'
import { takeBackup } from '../../harness/take-backup.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { NOTHING, type Sdk } from './setup.ts'

const READ = 'select note from diary order by note'

export function copyTests({ api, other, croft: { bootstrap } }: Sdk): void {
  test('backups, restores and copies of one database', async (t) => {
    const { database, ...project } = bodyOf(await api.POST('/v1/projects', { body: {} }), 201).data
    const databaseId = database?.id ?? ''
    const live = database?.connectionString ?? ''
    const params = { path: { databaseId } }
    const rows = async (connectionString: string) =>
      (await query(connectionString, READ)).map(({ note }) => note)
    const settled = (id: string) =>
      waitUntil(
        async () => {
          const path = { databaseId: id }
          return bodyOf(await api.GET('/v1/databases/{databaseId}', { params: { path } }), 200).data
        },
        ({ status }) => status !== 'provisioning' && status !== 'recovering',
      )

    await query(live, "create table diary (note text); insert into diary values ('before')")
    const backups = '/v1/databases/{databaseId}/backups'
    assert.deepEqual(bodyOf(await api.GET(backups, { params }), 200), {
      data: [],
      meta: { backupRetentionDays: 7 },
      pagination: { hasMore: false, limit: 25 },
    })
    const backupId = await takeBackup(bootstrap, databaseId)
    await query(live, "insert into diary values ('later')")

    await t.test('the backup is listed', async () => {
      const query = { limit: 1 }
      const listed = bodyOf(await api.GET(backups, { params: { ...params, query } }), 200)
      const [backup] = listed.data
      assert.deepEqual([backup?.id, backup?.status, backup?.backupType], [backupId, 'completed', 'full'])
      assert.ok((backup?.size ?? 0) > 1_000_000)
      for (const limit of [0, 101]) {
        const refused = await api.GET(backups, { params: { ...params, query: { limit } } })
        refusalOf(refused, 422, 'validation-error')
      }
      refusalOf(await other.api.GET(backups, { params }), 404, 'resource-not-found')
    })

    const nested = '/v1/projects/{projectId}/databases'
    const onProject = { params: { path: { projectId: project.id } } }
    const backup = { type: 'backup', databaseId, backupId } as const
    const copy = { type: 'database', databaseId } as const
    for (const [name, make, source, expected] of [
      [
        'source: backup',
        () => api.POST('/v1/databases', { body: { projectId: project.id, source: backup } }),
        backup,
        ['before'],
      ],
      [
        'source: database',
        () => api.POST(nested, { ...onProject, body: { source: copy } }),
        copy,
        ['before', 'later'],
      ],
      [
        'fromDatabase with a backup',
        () => api.POST(nested, { ...onProject, body: { fromDatabase: { id: databaseId, backupId } } }),
        backup,
        ['before'],
      ],
      [
        'fromDatabase',
        () => api.POST(nested, { ...onProject, body: { fromDatabase: { id: databaseId } } }),
        copy,
        ['before', 'later'],
      ],
    ] as const) {
      await t.test(`a new database from ${name}`, async () => {
        const made = bodyOf(await make(), 201).data
        assert.deepEqual(made.source, source)
        assert.equal((await settled(made.id)).status, 'ready')
        const own = made.connections[0]?.endpoints.direct?.connectionString ?? ''
        assert.notEqual(new URL(own).username, new URL(live).username)
        assert.deepEqual(await rows(own), expected)
        await query(own, "insert into diary values ('of the copy')")
        assert.deepEqual(await rows(live), ['before', 'later'], 'the source is as it was')
        assertDone(
          await api.DELETE('/v1/databases/{databaseId}', { params: { path: { databaseId: made.id } } }),
        )
      })
    }

    await t.test('a restore in place keeps the logins', async () => {
      const restore = '/v1/databases/{targetDatabaseId}/restore'
      const target = { params: { path: { targetDatabaseId: databaseId } } }
      const started = bodyOf(await api.POST(restore, { ...target, body: { source: backup } }), 200).data
      assert.equal(started.status, 'recovering')
      assert.deepEqual(started.source, backup)
      const again = await api.POST(restore, { ...target, body: { source: backup } })
      if (again.response.status !== 200) refusalOf(again, 409, 'conflict')
      const after = await settled(databaseId)
      assert.equal(after.status, 'ready')
      assert.deepEqual(await rows(live), ['before'])
      await query(live, "insert into diary values ('goes on')")
      assert.deepEqual(await rows(live), ['before', 'goes on'])
    })

    await t.test('restores of what is not there', async () => {
      const restore = '/v1/databases/{targetDatabaseId}/restore'
      const target = { params: { path: { targetDatabaseId: databaseId } } }
      const source = { ...backup, backupId: `bkp_${NOTHING}` }
      const unknown = await api.POST(restore, { ...target, body: { source } })
      refusalOf(unknown, 404, 'resource-not-found')
      const foreign = await other.api.POST(restore, { ...target, body: { source: backup } })
      refusalOf(foreign, 404, 'resource-not-found')
      // The SDK's types do not let one say so.
      const wrong = { type: 'database', databaseId } as unknown as typeof backup
      const refused = await api.POST(restore, { ...target, body: { source: wrong } })
      refusalOf(refused, 422, 'validation-error')
    })
    assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id: project.id } } }))
  })
}
