import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createTestDatabase } from '../../../test/database.ts'
import { installQueue } from '../queue/install-queue.ts'
import { connect } from './connect.ts'
import { MIGRATIONS_DIRECTORY, MigrationChanged, migrate, readMigrations, SchemaTooNew } from './migrate.ts'

async function migrationsCopy(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'croft-migrations-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await cp(MIGRATIONS_DIRECTORY, directory, { recursive: true })
  return directory
}

/** A database on which nothing has run. */
async function emptyDatabase(t: TestContext) {
  const database = await createTestDatabase(t)
  await database.pool.query('drop schema croft cascade; drop schema graphile_worker cascade')
  return database
}

async function nextFile(directory: string, sql: string): Promise<string> {
  const count = (await readdir(directory)).length
  const name = `${String(count + 1).padStart(6, '0')}-next.sql`
  await writeFile(join(directory, name), sql)
  return name
}

test('processes that start together run each migration once', async (t) => {
  const { url, pool } = await emptyDatabase(t)
  const others = Array.from({ length: 5 }, () => connect(url, { applicationName: 'other' }))
  t.after(() => Promise.all(others.map(({ close }) => close())))
  const ran = await Promise.all(
    [pool, ...others.map((other) => other.pool)].map((one) => migrate(one, { also: installQueue })),
  )
  const known = await readMigrations(MIGRATIONS_DIRECTORY)
  assert.deepEqual(
    ran.flat().sort(),
    known.map(({ name }) => name),
  )
  const { rows } = await pool.query('select version, name, checksum from croft.migrations order by 1')
  assert.deepEqual(
    rows,
    known.map(({ version, name, checksum }) => ({ version, name, checksum })),
  )
})

test('a second run does nothing', async (t) => {
  const { pool } = await createTestDatabase(t)
  assert.deepEqual(await migrate(pool), [])
})

test('a migration that fails leaves nothing behind and can be run again', async (t) => {
  const { pool } = await createTestDatabase(t)
  const directory = await migrationsCopy(t)
  const name = await nextFile(directory, 'create table half (id int); select 1/0;')
  await assert.rejects(migrate(pool, { directory }), new RegExp(`${name} failed: division by zero`))
  const { rows } = await pool.query(`select to_regclass('croft.half') as half`)
  assert.deepEqual(rows, [{ half: null }])
  await writeFile(join(directory, name), 'create table half (id int);')
  assert.deepEqual(await migrate(pool, { directory }), [name])
})

test('an older binary refuses a newer schema', async (t) => {
  const { pool } = await createTestDatabase(t)
  const directory = await migrationsCopy(t)
  await nextFile(directory, 'create table newer (id int);')
  await migrate(pool, { directory })
  await assert.rejects(migrate(pool), (error) => {
    assert.ok(error instanceof SchemaTooNew)
    assert.match(error.message, /newer Croft/)
    return true
  })
})

test('an edited old migration is an error', async (t) => {
  const { pool } = await createTestDatabase(t)
  const directory = await migrationsCopy(t)
  const [first = ''] = (await readdir(directory)).sort()
  await writeFile(join(directory, first), `${await readFile(join(directory, first), 'utf8')}\n-- edited`)
  await assert.rejects(migrate(pool, { directory }), MigrationChanged)
})

test('a gap in the numbers is an error', async (t) => {
  const directory = await migrationsCopy(t)
  const [first = ''] = (await readdir(directory)).sort()
  await rm(join(directory, first))
  await assert.rejects(readMigrations(directory), /without a gap/)
})
