import { chown, mkdir, readFile, rm } from 'node:fs/promises'
import { AgentFault } from '../../fault.ts'
import type { RunAs } from '../../host/run-as.ts'
import { CommandFailed, runCommand } from '../../host/run-command.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { clearDirectory } from '../server-lock.ts'
import { usualDatabase } from './access.ts'
import { bootstrapArguments } from './options.ts'
import type { Programs } from './programs.ts'
import { mariadbServer } from './server-kind.ts'

/**
 * Makes a new, stopped data directory with system tables and no account; what is at `directory` goes. MariaDB's own
 * mariadb-install-db is a shell script that adds accounts, help texts and the `sys` schema, which nobody here can
 * read. Throws `AgentFault`.
 */
export async function bootstrap(programs: Programs, directory: string, runAs: RunAs | null): Promise<void> {
  await clearDirectory(directory, mariadbServer)
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { mode: 0o700 })
  if (runAs) await chown(directory, runAs.uid, runAs.gid)
  const input = [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    await readFile(programs.systemTables, 'utf8'),
    `CREATE DATABASE ${usualDatabase};`,
    '',
  ].join('\n')
  try {
    await runCommand(programs.mariadbd, bootstrapArguments(programs, directory), {
      ...{ user: runAs, cwd: directory, timeoutMs: 120_000, env: programs.env, input },
    })
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    if (error instanceof CommandFailed && saysDiskFull(error.output)) throw diskFull(error)
    throw new AgentFault('internal', 'MariaDB could not make a data directory; the log has the details.', {
      cause: error,
    })
  }
}
