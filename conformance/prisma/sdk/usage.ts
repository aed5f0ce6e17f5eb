import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDone, bodyOf, refusalOf } from '../../harness/management-api.ts'
import { query } from '../../harness/query.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import type { Sdk } from './setup.ts'

/** Uses a database now and gives the tests of its usage for later: hosts report it about once a minute. */
export async function startUsage({ api, other }: Sdk): Promise<() => void> {
  const { database, ...project } = bodyOf(await api.POST('/v1/projects', { body: {} }), 201).data
  const path = { databaseId: database?.id ?? '' }
  const usage = '/v1/databases/{databaseId}/usage'
  await query(database?.connectionString ?? '', 'create table t as select g from generate_series(1, 9) g')

  return () => {
    test('usage counts statements and size', async () => {
      const counted = await waitUntil(
        async () => bodyOf(await api.GET(usage, { params: { path } }), 200),
        ({ metrics }) => metrics.operations.used > 0 && metrics.storage.used > 0,
        120_000,
      )
      assert.match(counted.period.start, /^\d{4}-\d\d-01T00:00:00\.000Z$/)
      const before = { startDate: '2026-02-01', endDate: '2026-02-28' }
      const unused = bodyOf(await api.GET(usage, { params: { path, query: before } }), 200)
      assert.equal(unused.metrics.operations.used, 0)
      for (const query of [
        { startDate: '2026-02-30', endDate: '2026-03-01' },
        { startDate: '2026-03-02', endDate: '2026-03-01' },
      ]) {
        refusalOf(await api.GET(usage, { params: { path, query } }), 400, 'client-error')
      }
      refusalOf(await other.api.GET(usage, { params: { path } }), 404, 'resource-not-found')
      assertDone(await api.DELETE('/v1/projects/{id}', { params: { path: { id: project.id } } }))
    })
  }
}
