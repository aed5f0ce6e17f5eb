import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestDatabase } from '../../../test/database.ts'
import { newId } from '../ids/index.ts'
import { MIGRATIONS_DIRECTORY, migrate } from './migrate.ts'

const BEFORE = 13
const AT = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`

test('what was there before it had numbers gets them in the order of its making', async (t) => {
  const { pool } = await createTestDatabase(t)
  await pool.query('drop schema croft cascade')
  const directory = await mkdtemp(join(tmpdir(), 'croft-migrations-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await cp(MIGRATIONS_DIRECTORY, directory, { recursive: true })
  for (const name of await readdir(directory))
    if (Number(name.slice(0, 6)) > BEFORE) await rm(join(directory, name))
  await migrate(pool, { directory })

  const insert = (table: string, row: Readonly<Record<string, unknown>>) => {
    const columns = Object.keys(row)
    const marks = columns.map((_, index) => `$${index + 1}`)
    const sql = `insert into croft.${table} (${columns}) values (${marks}) returning id`
    return pool.query(sql, Object.values(row))
  }
  const [organization, workspace] = [newId(), newId()]
  await insert('organizations', { id: organization, name: 'Acme' })
  await insert('workspaces', { id: workspace, organization_id: organization, name: 'Acme' })
  const project = newId()
  await insert('projects', { id: project, workspace_id: workspace, name: 'shop' })
  // Ids are in another order than the times of making; the second is deleted.
  const ids = [newId(), newId(), newId()].reverse()
  for (const [index, id] of ids.entries()) {
    await insert('databases', {
      ...{ id, project_id: project, name: `d${index}`, engine: 'postgres', version: '18', size: 'nano' },
      ...{ region: 'us-east-1', state: 'ready', source: { type: 'empty' }, idle_timeout_seconds: 1 },
      ...{ connection_limit: 1, backup_retention_days: 1, created_at: AT(index + 1), is_default: false },
      ...(index === 1 ? { deleted_at: AT(5) } : {}),
    })
  }
  await migrate(pool)

  const numbers = async (kind: string) => {
    const { rows } = await pool.query(
      `select resource_id, split_part(external_id, '/', 2)::int as number from croft.resource_aliases
       where dialect = 'dbaas' and split_part(external_id, '/', 1) = $1 order by 2`,
      [kind],
    )
    return rows.map((row: { resource_id: string; number: number }) => [row.number, row.resource_id])
  }
  assert.deepEqual(
    await numbers('database'),
    ids.map((id, index) => [index + 1, id]),
  )
  assert.deepEqual(await numbers('team'), [[1, workspace]])
  assert.deepEqual(
    (await numbers('environment')).map(([number]) => number),
    [1, 2],
  )
  const next = newId()
  await insert('projects', { id: next, workspace_id: workspace, name: 'next' })
  assert.deepEqual(await numbers('project'), [
    [1, project],
    [2, next],
  ])
})
