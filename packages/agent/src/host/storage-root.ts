import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AgentFault } from '../fault.ts'
import { makePassable } from './passable-directory.ts'
import { canReach } from './reach.ts'
import type { RunAs } from './run-as.ts'
import { writeOwnedFile } from './write-owned-file.ts'

/** In the data directory: where the database files went, when they could not be kept there. */
const pointerName = 'storage-root'
/** In a storage root elsewhere: the data directory it belongs to. */
const ownerName = 'data-directory'

export interface StorageRootOptions {
  readonly dataDirectory: string
  readonly runAs: RunAs | null
  /** Where storage goes that the run-as user could not reach below the data directory. */
  readonly fallback?: string
}

/** The short, stable name of a data directory (a real path) in places outside it. */
export function hashOfDirectory(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}

/**
 * Gives the directory for database files and makes it: `<data directory>/postgres` when the user that servers
 * run as can get there, else one below /var/lib/croft. The choice is remembered, so that a later change of
 * permissions cannot make a host's databases seem gone. Throws `AgentFault`.
 */
export async function storageRoot(options: StorageRootOptions): Promise<string> {
  const { runAs, fallback = '/var/lib/croft' } = options
  await mkdir(options.dataDirectory, { recursive: true })
  const dataDirectory = await realpath(options.dataDirectory)
  const inside = join(dataDirectory, 'postgres')
  const pointed = await readText(join(dataDirectory, pointerName))
  if (pointed !== undefined) return elsewhere(dataDirectory, pointed, runAs)
  if (!runAs) {
    await mkdir(inside, { recursive: true, mode: 0o700 })
    return inside
  }
  if (await canReach(dataDirectory, runAs, 'traverse')) {
    await makePassable(inside)
    return inside
  }
  if (await hasEntries(inside)) {
    throw new AgentFault(
      'internal',
      `The database files in ${inside} can no longer be reached by the user "${runAs.name}": give every ` +
        `directory above them the permission to be entered (chmod o+x).`,
    )
  }
  return elsewhere(dataDirectory, join(fallback, hashOfDirectory(dataDirectory)), runAs)
}

async function elsewhere(dataDirectory: string, root: string, runAs: RunAs | null): Promise<string> {
  const owner = await readText(join(root, ownerName))
  if (owner !== undefined && owner !== dataDirectory) {
    // A moved data directory takes its storage along; a copied one must not, or two Crofts would share servers.
    if ((await readText(join(owner, pointerName))) === root) {
      throw new AgentFault(
        'internal',
        `${dataDirectory} is a copy of ${owner}, whose database files lie in ${root}. Remove the file ` +
          `${join(dataDirectory, pointerName)} to begin with no databases.`,
      )
    }
  }
  await mkdir(dirname(root), { recursive: true, mode: 0o755 })
  await makePassable(root)
  if (runAs && !(await canReach(root, runAs, 'traverse'))) {
    throw new AgentFault(
      'internal',
      `The user "${runAs.name}" cannot enter ${root}, where database files are to lie: give every directory ` +
        'above it the permission to be entered (chmod o+x).',
    )
  }
  if (owner !== dataDirectory) await writeOwnedFile(join(root, ownerName), dataDirectory, null)
  await writeOwnedFile(join(dataDirectory, pointerName), root, null)
  return root
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch {
    return undefined
  }
}

async function hasEntries(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length > 0
  } catch {
    return false
  }
}
