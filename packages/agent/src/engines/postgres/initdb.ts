import { chown, mkdir, rm } from 'node:fs/promises'
import { AgentFault } from '../../fault.ts'
import type { RunAs } from '../../host/run-as.ts'
import { CommandFailed, runCommand } from '../../host/run-command.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { clearDirectory } from '../server-lock.ts'
import type { Binaries } from './binaries.ts'
import { postgresServer } from './server-kind.ts'

/**
 * Makes a new, stopped data directory; what is at `directory` goes. Not synced, which whoever keeps it has to
 * see to. Throws `AgentFault`.
 */
export async function runInitdb(
  binaries: Binaries,
  directory: string,
  superuser: string,
  runAs: RunAs | null,
): Promise<void> {
  // An earlier attempt may have been killed with its server running in there.
  await clearDirectory(directory, postgresServer)
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { mode: 0o700 })
  if (runAs) await chown(directory, runAs.uid, runAs.gid)
  // The builtin C.UTF-8 sorts by code point and knows the case of every letter, the same on all hosts.
  const locale =
    binaries.major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale-provider=libc']
  const args = ['-D', directory, '-U', superuser, '-E', 'UTF8', '--locale=C', ...locale, '--data-checksums']
  const rest = ['--auth=trust', '--no-sync', '--no-instructions']
  try {
    await runCommand(binaries.initdb, [...args, ...rest], { user: runAs, cwd: '/', timeoutMs: 120_000 })
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    if (error instanceof CommandFailed && saysDiskFull(error.output)) throw diskFull(error)
    throw new AgentFault('internal', 'PostgreSQL could not make a data directory; the log has the details.', {
      cause: error,
    })
  }
}
