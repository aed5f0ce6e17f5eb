import { chmod, chown, lstat, mkdir, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AgentFault } from '../fault.ts'
import { canReach } from './reach.ts'
import type { RunAs } from './run-as.ts'
import { hashOfDirectory } from './storage-root.ts'

/** What follows the base in a socket's path: `/i-12345/.s.PGSQL.5432`, with room for a few more digits. */
const socketSuffix = 28
/** `sun_path` has 104 bytes on macOS and 108 on Linux, with the closing zero. */
const socketPathLimit = 103

export interface RuntimeDirectoryOptions {
  readonly dataDirectory: string
  readonly runAs: RunAs | null
  /** Default: the system's temporary directory. */
  readonly temporary?: string
}

/**
 * Gives and makes the directory for the sockets of one data directory, `<tmp>/croft-<uid>-<hash>`; servers
 * get directories inside it (`makeSocketDirectory`). Not the data directory, for a socket's path has to be
 * short. Throws `AgentFault` when somebody else has put something there.
 */
export async function runtimeDirectory(options: RuntimeDirectoryOptions): Promise<string> {
  const { runAs } = options
  const uid = process.getuid?.() ?? 0
  const name = `croft-${uid}-${hashOfDirectory(await realpath(options.dataDirectory))}`
  const base = join(await temporaryDirectory(name, runAs, options.temporary), name)
  await mkdir(base, { mode: 0o700 }).catch(ignoreExisting)
  await checkOurs(base, uid)
  // Servers run as another user have to get through to their own directories, which are theirs alone.
  await chmod(base, runAs ? 0o711 : 0o700)
  return base
}

/** The system's temporary directory if the run-as user can get there and a socket's path below `name` is short enough. */
export async function temporaryDirectory(
  name: string,
  runAs: RunAs | null,
  preferred: string = tmpdir(),
): Promise<string> {
  const temporary = await realpath(preferred).catch(() => '/tmp')
  const fits = Buffer.byteLength(join(temporary, name)) + socketSuffix <= socketPathLimit
  const reachable = !runAs || (await canReach(temporary, runAs, 'traverse'))
  return fits && reachable ? temporary : '/tmp'
}

/** Makes `<base>/<name>`, mode 0700 and owned by the user servers run as. */
export async function makeSocketDirectory(base: string, name: string, runAs: RunAs | null): Promise<string> {
  const directory = join(base, name)
  await mkdir(directory, { mode: 0o700 }).catch(ignoreExisting)
  await giveDirectory(directory, runAs)
  return directory
}

/** Makes a directory private to the user servers run as. */
export async function giveDirectory(directory: string, runAs: RunAs | null): Promise<void> {
  if (runAs) await chown(directory, runAs.uid, runAs.gid)
  await chmod(directory, 0o700)
}

/** The temporary directory is everybody's: a directory prepared there by another user would be his to read. */
async function checkOurs(base: string, uid: number): Promise<void> {
  const found = await lstat(base)
  if (!found.isDirectory() || found.uid !== uid) {
    throw new AgentFault(
      'internal',
      `${base} is in the way: it belongs to another user. Remove it and try again.`,
    )
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}
