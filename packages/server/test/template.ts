import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/platform/db/connect.ts'
import { MIGRATIONS_DIRECTORY, migrate, readMigrations } from '../src/platform/db/migrate.ts'
import { installQueue } from '../src/platform/queue/install-queue.ts'
import { execute, postgresBinaries } from './postgres-binaries.ts'
import { makeDirectory, removeDirectory, TEST_PASSWORD, TEST_USER, testServer } from './postgres-server.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

/** The migrated database that test databases are cloned from. */
export const TEMPLATE = 'croft_template'

async function initialize(bin: string, data: string): Promise<void> {
  const password = `${data}.password`
  const user = unprivilegedUser()
  await writeFile(password, TEST_PASSWORD)
  await execute(
    join(bin, 'initdb'),
    [
      ...['-D', data, '-U', TEST_USER, '--pwfile', password],
      ...['--auth-local=trust', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C'],
      // Small segments and no sync: a copy of the directory is made for each file of tests.
      ...['--wal-segsize=1', '--no-sync'],
    ],
    { ...user, cwd: '/' },
  )
}

async function build(directory: string, bin: string): Promise<void> {
  const data = join(directory, 'data')
  await initialize(bin, data)
  const server = await testServer(data)
  await server.start()
  try {
    const maintenance = connect(server.url('postgres'), { applicationName: 'croft test' })
    await maintenance.pool.query(`create database ${TEMPLATE}`)
    await maintenance.close()
    const template = connect(server.url(TEMPLATE), { applicationName: 'croft test' })
    await migrate(template.pool, { also: installQueue })
    await template.close()
  } finally {
    await server.stop()
  }
}

/**
 * A stopped data directory with the migrated template, made once for each set of migrations and kept in the
 * temporary directory. Processes that make it at one time do so apart; the first to end wins.
 */
export async function templateDirectory(): Promise<string> {
  const { bin, version } = await postgresBinaries()
  const migrations = await readMigrations(MIGRATIONS_DIRECTORY)
  const checksums = migrations.map(({ name, checksum }) => `${name} ${checksum}`)
  const hash = createHash('sha256')
    .update(JSON.stringify([version, checksums]))
    .digest('hex')
    .slice(0, 16)
  const owner = process.getuid?.() ?? 0
  const finished = join(tmpdir(), `croft-test-template-${owner}-${hash}`)
  if (existsSync(finished)) return join(finished, 'data')
  const directory = await makeDirectory('croft-test-making-')
  try {
    await build(directory, bin)
    await rename(directory, finished)
  } catch (error) {
    await removeDirectory(directory)
    if (!existsSync(finished)) throw error
  }
  return join(finished, 'data')
}

/** Copies the template for one server. */
export async function copyTemplate(to: string): Promise<void> {
  await execute('cp', ['-a', await templateDirectory(), to], unprivilegedUser())
}
