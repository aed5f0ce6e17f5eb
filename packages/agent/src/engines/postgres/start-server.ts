import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { AgentFault } from '../../fault.ts'
import type { RunAs } from '../../host/run-as.ts'
import { giveDirectory } from '../../host/runtime-directory.ts'
import { awaitAnswer } from '../await-answer.ts'
import { clearDirectory } from '../server-lock.ts'
import { type ServerProcess, spawnServer } from '../server-process.ts'
import type { Binaries } from './binaries.ts'
import { type ConfigurationOptions, writeConfiguration } from './configuration.ts'
import { type Management, openManagement } from './management.ts'
import { postgresServer } from './server-kind.ts'
import { followLog, type ServerLog } from './server-log.ts'
import { startFault } from './start-fault.ts'

export interface StartServerOptions {
  readonly binaries: Binaries
  readonly directory: string
  readonly socketDirectory: string
  readonly settings: Readonly<Record<string, string>>
  readonly access: readonly string[]
  /** The superuser, and the database that its own session goes to. */
  readonly user: string
  readonly database: string
  readonly runAs: RunAs | null
  readonly log: Logger
}

export interface StartedServer {
  readonly process: ServerProcess<ServerLog>
  readonly management: Management
}

/** A killed server's shared memory is held until the last of its backends has noticed. */
const sharedMemoryRetries = 20

/** Leaves nothing of an earlier run in a server's directories, and its configuration in them. */
export async function prepareDirectories(options: ConfigurationOptions): Promise<void> {
  const { directory, socketDirectory, runAs } = options
  await clearDirectory(directory, postgresServer)
  await giveDirectory(socketDirectory, runAs)
  // The lock beside a socket names a process too, which may be anybody's by now.
  for (const left of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) {
    await rm(join(socketDirectory, left), { force: true })
  }
  await writeConfiguration(options)
}

/** Starts a server whatever a crash has left in its directory, and waits until it answers. Throws `AgentFault`. */
export async function startServer(options: StartServerOptions): Promise<StartedServer> {
  const found = await stat(join(options.directory, 'PG_VERSION')).catch(() => undefined)
  if (!found) throw new AgentFault('server-start-failed', 'The data directory is missing or incomplete.')
  for (let attempt = 0; ; attempt++) {
    await prepareDirectories({ ...options, major: options.binaries.major })
    const process = await spawnProcess(options)
    const management = openManagement(options)
    try {
      await answering(process, management)
      await warmUp(options)
      return { process, management }
    } catch (error) {
      await process.stop('immediate')
      await management.close()
      const shared = process.log.tail().some((line) => line.text.includes('pre-existing shared memory block'))
      if (!shared || attempt === sharedMemoryRetries) throw error
      await delay(250)
    }
  }
}

/**
 * The first session in a database builds its catalog cache, 8 ms: this one, while a pool's server waits for its
 * use, and not a client's. No reason to fail when it cannot.
 */
async function warmUp(options: StartServerOptions): Promise<void> {
  const session = openManagement({ ...options, database: 'postgres' })
  try {
    await session.query('SELECT 1')
  } catch (error) {
    options.log.warn({ err: error }, 'the database "postgres" could not be entered')
  } finally {
    await session.close()
  }
}

async function spawnProcess(options: StartServerOptions): Promise<ServerProcess<ServerLog>> {
  const { directory, runAs, log, binaries } = options
  try {
    return await spawnServer({
      kind: postgresServer,
      program: binaries.postgres,
      args: ['-D', directory],
      ...{ directory, runAs, log, followLog },
    })
  } catch (error) {
    throw new AgentFault('server-start-failed', 'The PostgreSQL program could not be executed.', {
      cause: error,
    })
  }
}

function answering(process: ServerProcess<ServerLog>, management: Management): Promise<void> {
  return awaitAnswer({
    process,
    ready: process.log.ready,
    lastSign: () => process.log.lastProgress(),
    ask: () => management.query('SELECT 1'),
    exitFault: async () => startFault(process.log.tail(), await process.exited),
  })
}
