import { access, constants, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandOptions, runCommand } from '../../host/run-command.ts'
import type { PackageSet, Programs } from './package-set.ts'

/** Where systems keep programs, servers among them, whatever the PATH of this process. */
const systemDirectories = [
  ...['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  ...['/opt/homebrew/bin', '/opt/homebrew/sbin'],
]

const programDirectories = ['usr/sbin', 'usr/bin', 'sbin', 'bin']

/** Says a version: it never takes long, nor needs anything. */
const askOptions: CommandOptions = { user: null, cwd: '/', timeoutMs: 30_000 }

/** All versions of a set on this host: the system's own, then those below the engines directory. */
export async function findPrograms(set: PackageSet, enginesDirectory: string): Promise<Programs[]> {
  const entries = (await readdir(enginesDirectory).catch(() => [])).filter((name) =>
    isInstalledName(set, name),
  )
  const found = [await locate(set, '', systemDirectories)]
  for (const name of entries.sort(newestFirst)) found.push(await locateIn(set, join(enginesDirectory, name)))
  return found.filter((programs) => programs !== undefined)
}

/** The programs that were unpacked below `<directory>/root`; undefined when one of them is missing or does not run. */
export function locateIn(set: PackageSet, directory: string): Promise<Programs | undefined> {
  const root = join(directory, 'root')
  return locate(
    set,
    root,
    programDirectories.map((name) => join(root, name)),
  )
}

/** Such as `redis-7.0.15`. */
export function installedName(set: PackageSet, exact: string): string {
  return `${set.name}-${exact}`
}

function isInstalledName(set: PackageSet, name: string): boolean {
  return name.startsWith(`${set.name}-`) && /^\d+(\.\d+)*$/.test(name.slice(set.name.length + 1))
}

const newestFirst = (a: string, b: string) => b.localeCompare(a, 'en', { numeric: true })

async function locate(
  set: PackageSet,
  root: string,
  directories: readonly string[],
): Promise<Programs | undefined> {
  const paths = new Map<string, string>()
  for (const name of set.programs) {
    const path = await firstExecutable(directories, name)
    if (path === undefined) return undefined
    paths.set(name, path)
  }
  const path = (program: string) => {
    const found = paths.get(program)
    if (found === undefined) throw new Error(`${program} is not among the programs of ${set.title}`)
    return found
  }
  const env = root === '' ? {} : { LD_LIBRARY_PATH: (await libraryDirectories(root)).join(':') }
  const exact = await exactVersion(path(set.programs[0]), env)
  const [version] = exact ? (/^\d+\.\d+/.exec(exact) ?? []) : []
  return exact && version !== undefined ? { version, exact, root, path, env } : undefined
}

async function firstExecutable(directories: readonly string[], name: string): Promise<string | undefined> {
  for (const directory of directories) {
    const path = join(directory, name)
    const fits = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (fits) return path
  }
  return undefined
}

/** Only what the system lacks was unpacked, so nothing of the system is put aside by these. */
async function libraryDirectories(root: string): Promise<string[]> {
  const found: string[] = []
  for (const parent of ['usr/lib', 'lib']) {
    const names = await readdir(join(root, parent)).catch(() => [])
    found.push(...names.filter((name) => /-linux-/.test(name)).map((name) => join(root, parent, name)))
    found.push(join(root, parent))
  }
  return found
}

/** A program is asked once; the answer holds for as long as its file stays as it is. */
const answers = new Map<string, Promise<string | undefined>>()

async function exactVersion(
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { mtimeMs, size, ino } = await stat(program)
  const key = `${program}:${mtimeMs}:${size}:${ino}`
  const known = answers.get(key)
  if (known) return known
  const answer = askVersion(program, env)
  answers.set(key, answer)
  // What does not run now may run when a library has come.
  if ((await answer) === undefined) answers.delete(key)
  return answer
}

async function askVersion(
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const said = await runCommand(program, ['--version'], { ...askOptions, env }).catch(() => '')
  return /(?:v=|Ver |ver |version )(\d+(?:\.\d+)+)/.exec(said)?.[1]
}
