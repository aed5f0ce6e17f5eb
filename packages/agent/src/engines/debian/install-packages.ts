import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentFault } from '../../fault.ts'
import { syncDirectory } from '../../files/sync-directory.ts'
import { flushFileSystem } from '../../host/flush-file-system.ts'
import { canReach } from '../../host/reach.ts'
import type { RunAs } from '../../host/run-as.ts'
import { CommandFailed, runCommand } from '../../host/run-command.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { hasApt, openApt, type Wanted } from './apt.ts'
import { installedName, locateIn } from './find-programs.ts'
import type { PackageSet, Programs } from './package-set.ts'

export interface InstallOptions {
  readonly set: PackageSet
  /** Null for whatever this system's packages are. */
  readonly version: string | null
  readonly enginesDirectory: string
  readonly runAs: RunAs | null
  progress(line: string): void
}

/** They have to be the system's: its loader goes with its C library, and all else is built for both. */
const neverUnpacked = new Set(['libc6', 'libc-bin', 'libc6-i386'])
const workplacePrefix = 'install-'
/** An install is given up long before, so what is older was left by a killed one. */
const abandonedMs = 60 * 60_000
const unpackTimeoutMs = 5 * 60_000

/**
 * Unpacks an engine's packages, with what they need and this system lacks, to `<engines>/<name>-<exact version>`,
 * which changes nothing of the system and needs no root. It takes place in a directory of its own; only one that runs
 * gets its name, so that installs may be broken off, repeated and run at one time. Throws `AgentFault`.
 */
export async function installPackages(options: InstallOptions): Promise<Programs> {
  const { set, enginesDirectory, runAs } = options
  if (!(await hasApt())) throw new AgentFault('engine-not-installed', noApt(set))
  await mkdir(enginesDirectory, { recursive: true })
  const { uid, mode } = await stat(enginesDirectory)
  // A umask may have kept others out; the directory may also be one that others list, which they may go on to do.
  if (process.getuid?.() === uid) await chmod(enginesDirectory, (mode & 0o777) | 0o111)
  if (runAs && !(await canReach(enginesDirectory, runAs, 'traverse'))) {
    throw new AgentFault(
      'engine-not-installed',
      `The user "${runAs.name}", whom database servers run as, cannot enter ${enginesDirectory}: give every ` +
        'directory above it the permission to be entered (chmod o+x).',
    )
  }
  await removeAbandoned(enginesDirectory)
  const workplace = await mkdtemp(join(enginesDirectory, `${workplacePrefix}${set.name}-`))
  try {
    return await installIn(workplace, options)
  } catch (error) {
    if (error instanceof CommandFailed && saysDiskFull(error.output)) throw diskFull(error)
    throw error
  } finally {
    await rm(workplace, { recursive: true, force: true })
  }
}

async function installIn(place: string, options: InstallOptions): Promise<Programs> {
  const { set, version, enginesDirectory, progress } = options
  const apt = await openApt(place, progress)
  const wanted = await apt.plan(set.packages)
  checkVersion(set, version, wanted)
  const packages = wanted.filter(({ name }) => !neverUnpacked.has(name))
  progress(`Downloading ${packages.map(({ name }) => name).join(', ')} ...`)
  const downloads = join(place, 'downloads')
  await mkdir(downloads)
  await apt.download(packages, downloads)
  const ready = join(place, 'ready')
  await unpack(downloads, join(ready, 'root'))
  const programs = await locateIn(set, ready)
  if (!programs) {
    const message = `${set.title} was unpacked but does not run here; this system's packages may be out of date.`
    throw new AgentFault('engine-not-installed', message)
  }
  const target = join(enginesDirectory, installedName(set, programs.exact))
  await flushFileSystem(ready)
  await replace(ready, target, set)
  await syncDirectory(enginesDirectory)
  const installed = await locateIn(set, target)
  if (!installed)
    throw new AgentFault('engine-not-installed', `${set.title} vanished while it was installed.`)
  progress(`${set.title} ${programs.exact} is installed.`)
  return installed
}

export function noApt({ title, programs }: PackageSet): string {
  return (
    `${title} is not on this host, and Croft can only bring it on Debian and Ubuntu (with apt-get): ` +
    `install it so that ${programs.join(', ')} are in /usr/bin or /usr/local/bin.`
  )
}

/** Before anything is downloaded: apt has one version of a package, mostly. */
function checkVersion(
  { title, packages, supported }: PackageSet,
  asked: string | null,
  wanted: Wanted[],
): void {
  const main = wanted.find(({ name }) => name === packages[0])
  if (!main) {
    const message = `${packages[0]} is installed on this system, but its programs are not where they should be.`
    throw new AgentFault('engine-not-installed', message)
  }
  const [offered = main.version] = /^\d+\.\d+/.exec(main.version.replace(/^\d+:/, '')) ?? []
  if (asked !== null && offered !== asked) {
    const message = `The packages of this system have ${title} ${offered}, not ${asked}.`
    throw new AgentFault('engine-not-installed', message)
  }
  if (!supported.test(offered)) {
    const message = `The packages of this system have ${title} ${offered}, which Croft cannot work with.`
    throw new AgentFault('engine-not-installed', message)
  }
}

async function unpack(downloads: string, root: string): Promise<void> {
  await mkdir(root, { recursive: true })
  for (const name of (await readdir(downloads)).sort()) {
    const args = ['--extract', join(downloads, name), root]
    await runCommand('dpkg-deb', args, { user: null, cwd: '/', timeoutMs: unpackTimeoutMs })
  }
  // Whatever the umask is: servers run as another user.
  for (const path of [root, join(root, '..')]) await chmod(path, 0o755)
}

/** What has the name already serves if it runs: servers of it may be running. */
async function replace(ready: string, target: string, set: PackageSet): Promise<void> {
  if (await locateIn(set, target)) return
  await rm(target, { recursive: true, force: true })
  await rename(ready, target).catch(async (error: unknown) => {
    // Another install was a moment faster.
    if (!(await locateIn(set, target))) throw error
  })
}

async function removeAbandoned(enginesDirectory: string): Promise<void> {
  for (const name of await readdir(enginesDirectory)) {
    if (!name.startsWith(workplacePrefix)) continue
    const path = join(enginesDirectory, name)
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > abandonedMs) await rm(path, { recursive: true, force: true })
  }
}
