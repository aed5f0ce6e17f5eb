import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { flushFileSystem } from '../../host/flush-file-system.ts'
import type { RunAs } from '../../host/run-as.ts'
import type { Binaries } from './binaries.ts'
import { runInitdb } from './initdb.ts'
import { prepareDirectories, startServer } from './start-server.ts'

/** Superuser and database of the control plane. */
const role = 'croft'

export interface MetadataServerOptions {
  readonly binaries: Binaries
  readonly storageRoot: string
  readonly socketDirectory: string
  readonly runAs: RunAs | null
  readonly log: Logger
}

/**
 * Makes the control plane's own database ready to be started and gives its data directory: initialized when it is
 * new, configured, and with no server of an earlier run. Throws `AgentFault`.
 */
export async function prepareMetadataServer(options: MetadataServerOptions): Promise<string> {
  const { binaries, storageRoot, socketDirectory, runAs } = options
  const directory = join(storageRoot, 'metadata')
  if (!(await stat(directory).catch(() => undefined))) await initialize(directory, options)
  await prepareDirectories({
    directory,
    socketDirectory,
    settings,
    access,
    major: binaries.major,
    runAs,
  })
  return directory
}

const access = [`local all ${role} trust`]
const settings = {
  shared_buffers: '64MB',
  max_connections: '60',
  autovacuum_max_workers: '2',
  max_wal_size: '512MB',
  // It writes to a file of the launcher, not to the agent's log with its times.
  log_line_prefix: '%m [%p] ',
}

async function initialize(directory: string, options: MetadataServerOptions): Promise<void> {
  const { binaries, socketDirectory, runAs, log } = options
  const partial = `${directory}.partial`
  await runInitdb(binaries, partial, role, runAs)
  const { process, management } = await startServer({
    binaries,
    directory: partial,
    socketDirectory,
    settings: { shared_buffers: '32MB' },
    access,
    user: role,
    database: 'postgres',
    runAs,
    log,
  })
  try {
    await management.query(`CREATE DATABASE ${role}`)
  } finally {
    await management.close()
    await process.stop('fast')
  }
  await flushFileSystem(partial)
  await rename(partial, directory)
}
