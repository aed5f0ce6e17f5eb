import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { flushFileSystem } from '../../host/flush-file-system.ts'
import { makePassable } from '../../host/passable-directory.ts'
import type { RunAs } from '../../host/run-as.ts'
import { temporaryDirectory } from '../../host/runtime-directory.ts'
import { agentDatabase, agentRole, ownerRole } from './access.ts'
import type { Binaries } from './binaries.ts'
import { runInitdb } from './initdb.ts'
import { openManagement } from './management.ts'
import { startServer } from './start-server.ts'

/** Grows with every change of what a template holds, so that a newer Croft makes new ones. */
const recipe = 1
const socketName = 'croft-template-'

export interface TemplateOptions {
  readonly binaries: Binaries
  readonly templatesDirectory: string
  readonly runAs: RunAs | null
  readonly log: Logger
}

/** Gives the template of a version: an initialized, prepared and cleanly stopped data directory. Makes it once. */
export async function ensureTemplate(options: TemplateOptions): Promise<string> {
  const { binaries, templatesDirectory, runAs } = options
  const name = `postgres-${binaries.exact}-${recipe}`
  const template = join(templatesDirectory, name)
  if (await stat(template).catch(() => undefined)) return template
  await makePassable(templatesDirectory)
  const partial = `${template}.partial`
  await runInitdb(binaries, partial, agentRole, runAs)
  await prepare(partial, options)
  // Each data directory is a copy of it, so its own blocks had better be on disk.
  await flushFileSystem(templatesDirectory)
  await rename(partial, template)
  await removeOlder(templatesDirectory, binaries.major, name)
  return template
}

async function prepare(directory: string, options: TemplateOptions): Promise<void> {
  const { binaries, runAs, log } = options
  const socketDirectory = await mkdtemp(join(await temporaryDirectory(socketName, runAs), socketName))
  try {
    const { process, management } = await startServer({
      binaries,
      directory,
      socketDirectory,
      settings: { fsync: 'off', shared_buffers: '32MB' },
      access: [`local all ${agentRole} trust`],
      user: agentRole,
      database: 'postgres',
      runAs,
      log,
    })
    try {
      for (const statement of cluster) await management.query(statement)
      const internal = openManagement({ socketDirectory, user: agentRole, database: agentDatabase })
      await internal.query('CREATE EXTENSION pg_stat_statements SCHEMA public')
      await internal.close()
    } finally {
      await management.close()
      await process.stop('fast')
    }
  } finally {
    await rm(socketDirectory, { recursive: true, force: true })
  }
}

const cluster = [
  `CREATE ROLE ${ownerRole} NOLOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`,
  `ALTER SCHEMA public OWNER TO ${ownerRole}`,
  `GRANT CREATE, CONNECT, TEMPORARY ON DATABASE postgres TO ${ownerRole}`,
  // The errors of clients' statements hold their data; those of PostgreSQL's own processes are logged.
  "ALTER ROLE ALL SET log_min_messages = 'log'",
  `CREATE DATABASE ${agentDatabase} STRATEGY wal_log`,
  `REVOKE ALL ON DATABASE ${agentDatabase} FROM PUBLIC`,
  'REVOKE ALL ON DATABASE template1 FROM PUBLIC',
]

async function removeOlder(templatesDirectory: string, major: number, current: string): Promise<void> {
  for (const entry of await readdir(templatesDirectory)) {
    if (!entry.startsWith(`postgres-${major}.`) || entry === current) continue
    await rm(join(templatesDirectory, entry), { recursive: true, force: true })
  }
}
