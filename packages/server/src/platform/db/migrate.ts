import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { SCHEMA } from './connect.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** Where the numbered files of this binary lie. */
export const MIGRATIONS_DIRECTORY = join(import.meta.dirname, '../../../migrations')

/** A newer Croft has been here: this one would not understand what it finds. */
export class SchemaTooNew extends Error {
  constructor(found: number, known: number) {
    super(
      `The metadata database has schema version ${found}, made by a newer Croft; this one knows versions up to ` +
        `${known}. Start the newer Croft, or restore the metadata database from before the upgrade.`,
    )
    this.name = 'SchemaTooNew'
  }
}

/** A migration that has run here is not the one in this binary. */
export class MigrationChanged extends Error {
  constructor(applied: string, known: string | undefined) {
    super(
      known === undefined
        ? `The migration ${applied} has run on the metadata database but is missing from this Croft.`
        : `The migration ${known} differs from the one (${applied}) that has run on the metadata database. ` +
            'Migrations are never edited: put the old text back and add a new file.',
    )
    this.name = 'MigrationChanged'
  }
}

/** Reads `000001-name.sql`, ... of a directory, in order. Throws when a number is missing or there twice. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file, index) => {
      const version = Number(/^(\d{6})-[a-z0-9-]+\.sql$/.exec(file)?.[1])
      if (version !== index + 1) {
        throw new Error(`${file}: migrations are named 000001-name.sql and so on without a gap`)
      }
      const sql = await readFile(join(directory, file), 'utf8')
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
      return { version, name: file, sql, checksum }
    }),
  )
}

// Any number that no other user of the database takes; held while the schema changes.
const MIGRATION_LOCK = 7_400_001

async function appliedVersions(
  client: pg.ClientBase,
): Promise<Map<number, { name: string; checksum: string }>> {
  await client.query(`
    create schema if not exists ${SCHEMA};
    create table if not exists ${SCHEMA}.migrations (
      version integer primary key,
      name text not null,
      checksum text not null,
      at timestamptz not null default now()
    )`)
  const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
    `select version, name, checksum from ${SCHEMA}.migrations order by version`,
  )
  return new Map(rows.map(({ version, name, checksum }) => [version, { name, checksum }]))
}

async function apply(client: pg.ClientBase, { version, name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin')
  try {
    // Data of any age may have to be rewritten; the usual limit is for requests.
    await client.query(`set local statement_timeout = 0; set local search_path = ${SCHEMA}`)
    await client.query(sql)
    await client.query(`insert into ${SCHEMA}.migrations (version, name, checksum) values ($1, $2, $3)`, [
      version,
      name,
      checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw new Error(`The migration ${name} failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}

/** Rejects with `SchemaTooNew` or `MigrationChanged` unless these migrations may go on from what has run. */
function assertContinues(
  applied: ReadonlyMap<number, { name: string; checksum: string }>,
  known: readonly Migration[],
): void {
  const newest = Math.max(0, ...applied.keys())
  if (newest > known.length) throw new SchemaTooNew(newest, known.length)
  for (const [version, { name, checksum }] of applied) {
    const migration = known[version - 1]
    if (migration?.checksum !== checksum) throw new MigrationChanged(name, migration?.name)
  }
}

/**
 * Brings the schema up to this binary, forward only, each file in its own transaction. Processes that start
 * together wait for one another. `also` runs under the same lock (the queue's own schema). Returns the names of
 * what ran.
 */
export async function migrate(
  pool: pg.Pool,
  options: { directory?: string; also?: (pool: pg.Pool) => Promise<void> } = {},
): Promise<string[]> {
  const known = await readMigrations(options.directory ?? MIGRATIONS_DIRECTORY)
  const client = await pool.connect()
  try {
    // Waiting for another process's migration may take longer than a request may.
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const applied = await appliedVersions(client)
    assertContinues(applied, known)
    const due = known.filter(({ version }) => !applied.has(version))
    for (const migration of due) await apply(client, migration)
    await options.also?.(pool)
    return due.map(({ name }) => name)
  } finally {
    // Closing the connection frees the lock whatever state it is in.
    client.release(true)
  }
}
