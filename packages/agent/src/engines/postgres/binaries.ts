import { constants } from 'node:fs'
import { access, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AgentFault } from '../../fault.ts'
import { canReach } from '../../host/reach.ts'
import type { RunAs } from '../../host/run-as.ts'
import { copyPackage, hydrateLinks } from './binary-package.ts'
import { bundledVersion, checkVersion, onDemand, packageName } from './versions.ts'

/** The programs of one version, where the user that servers run as can execute them. */
export interface Binaries {
  readonly major: number
  /** Full version of the package, e.g. `18.4.0-beta.17`. */
  readonly exact: string
  readonly postgres: string
  readonly initdb: string
}

/** The files that tell whether the whole of a package can be read: one of each kind of directory. */
const probes = ['bin/postgres', 'bin/initdb', 'share/postgresql/postgres.bki', 'lib/postgresql/plpgsql.so']

/**
 * Finds a version's binaries. Those of the bundled version are used where npm put them when the run-as user can
 * read them there, else they are copied to `enginesDirectory` once. Throws `AgentFault` `engine-not-installed`.
 */
export async function findBinaries(
  version: string,
  enginesDirectory: string,
  runAs: RunAs | null,
): Promise<Binaries> {
  checkVersion(version)
  const directory =
    version === bundledVersion
      ? await bundledDirectory(enginesDirectory, runAs)
      : await installedDirectory(version, enginesDirectory)
  if (!directory) {
    throw new AgentFault(
      'engine-not-installed',
      `PostgreSQL ${version} is not installed on this host: run \`croft engine install postgres@${version}\`.`,
    )
  }
  const bin = join(directory, 'native', 'bin')
  return {
    major: Number(version),
    exact: await exactVersion(directory),
    postgres: join(bin, 'postgres'),
    initdb: join(bin, 'initdb'),
  }
}

/** Whether a version's binaries are on this host. */
export async function isInstalled(version: string, enginesDirectory: string): Promise<boolean> {
  if (version === bundledVersion) return (await bundledPackage()) !== undefined
  return (await installedDirectory(version, enginesDirectory)) !== undefined
}

/** `<engines>/postgres-17.10.0-beta.17`; that of an older release serves until the pinned one is installed. */
async function installedDirectory(version: string, enginesDirectory: string): Promise<string | undefined> {
  const entries = await readdir(enginesDirectory).catch(() => [])
  const found = entries.filter((entry) => new RegExp(`^postgres-${version}\\.[\\w.-]+$`).test(entry))
  const pinned = `postgres-${onDemand[version]}`
  const best = found.includes(pinned)
    ? pinned
    : found.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  return best && join(enginesDirectory, best)
}

async function bundledDirectory(enginesDirectory: string, runAs: RunAs | null): Promise<string | undefined> {
  const found = await bundledPackage()
  return found && reachablePackage(found, enginesDirectory, runAs)
}

/** The package itself when the run-as user can use it where it is, else a copy where they can, made once. */
export async function reachablePackage(
  found: string,
  enginesDirectory: string,
  runAs: RunAs | null,
): Promise<string> {
  const reachable = !runAs || (await allReachable(found, runAs))
  if (reachable && (await hydrateLinks(found))) return found
  const copy = join(enginesDirectory, `postgres-${await exactVersion(found)}`)
  if (!(await exists(copy))) await copyPackage(found, copy)
  return copy
}

async function bundledPackage(): Promise<string | undefined> {
  try {
    const directory = dirname(dirname(fileURLToPath(import.meta.resolve(packageName))))
    return (await exists(join(directory, 'native', 'bin', 'postgres'))) ? directory : undefined
  } catch {
    return undefined
  }
}

async function allReachable(directory: string, runAs: RunAs): Promise<boolean> {
  for (const probe of probes) {
    if (!(await canReach(join(directory, 'native', probe), runAs, 'read'))) return false
  }
  return canReach(join(directory, 'native', 'bin', 'postgres'), runAs, 'traverse')
}

async function exactVersion(directory: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
  if (typeof manifest === 'object' && manifest && 'version' in manifest) return String(manifest.version)
  throw new AgentFault('engine-not-installed', `${directory} holds no PostgreSQL package; remove it.`)
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
}
