import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentFault } from '../../fault.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { followProgram } from './follow-program.ts'

/** A package that a host lacks, as apt would install it. */
export interface Wanted {
  readonly name: string
  /** Debian's version, such as `5:7.0.15-1~deb12u5`. */
  readonly version: string
  readonly architecture: string
}

/** apt with package lists and downloads of its own, so that it changes nothing of the system and needs no root. */
export interface Apt {
  /** Packages to be unpacked so that these ones work here: they and what of their needs is not installed. */
  plan(packages: readonly string[]): Promise<Wanted[]>
  /** Brings packages, checked against the signed lists, to a directory. */
  download(packages: readonly Wanted[], directory: string): Promise<void>
}

const program = '/usr/bin/apt-get'
const timeoutMs = 10 * 60_000

export async function hasApt(): Promise<boolean> {
  return access(program).then(
    () => true,
    () => false,
  )
}

/** Fetches the lists of packages into `directory`. Throws `AgentFault`. */
export async function openApt(directory: string, progress: (line: string) => void): Promise<Apt> {
  for (const name of ['state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(directory, name), { recursive: true })
  }
  const options = asOptions({
    'Dir::State': join(directory, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(directory, 'cache'),
    'Debug::NoLocking': 'true',
    // As root it would go on as another user, who cannot enter these directories.
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '30',
    'Acquire::https::Timeout': '30',
    'Acquire::Languages': 'none',
  })
  let lastUpdate: string[] = []
  const run = async (
    args: readonly string[],
    cwd: string,
    onLine: (line: string) => void,
  ): Promise<string[]> => {
    const said: string[] = []
    const code = await followProgram(program, [...args, ...options], {
      cwd,
      timeoutMs,
      onLine(line) {
        said.push(line)
        onLine(line)
      },
    })
    if (code === 0) return said
    throw aptFault(code, said, lastUpdate)
  }

  progress('Reading the lists of packages ...')
  // One source that does not answer is no reason to fail: what is missing in the end is the reason.
  lastUpdate = await run(['update'], directory, () => {}).catch((error: unknown) => {
    if (error instanceof AgentFault && error.code !== 'disk-full') return [error.message]
    throw error
  })
  return {
    async plan(packages) {
      const args = ['install', '--simulate', '--no-install-recommends']
      return (await run([...args, ...packages], directory, () => {})).flatMap(parseInstallation)
    },
    async download(packages, to) {
      const names = packages.map(({ name, version, architecture }) =>
        architecture === 'all' ? `${name}=${version}` : `${name}:${architecture}=${version}`,
      )
      await run(['download', ...names], to, (line) => {
        if (line.startsWith('Get:') || line.startsWith('Fetched')) progress(line)
      })
    },
  }
}

function asOptions(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

/** A line of a simulated installation: `Inst redis-tools [old] (5:7.0.15-1 Debian:12.11/stable [amd64]) [...]`. */
export function parseInstallation(line: string): Wanted[] {
  const match = /^Inst (\S+) (?:\[\S+\] )?\((\S+) [^[\]]*\[(\w+)\]/.exec(line)
  if (!match) return []
  const [, name = '', version = '', architecture = ''] = match
  return [{ name: name.replace(/:.*$/, ''), version, architecture }]
}

function aptFault(code: number | null, said: readonly string[], before: readonly string[]): AgentFault {
  const cause = new Error([...before, ...said].slice(-40).join('\n'))
  if (said.some(saysDiskFull)) return diskFull(cause)
  if (code === null)
    return new AgentFault('engine-not-installed', 'apt-get did not come to an end.', { cause })
  const why = said.find((line) => line.startsWith('E: '))?.slice(3) ?? 'it gave no reason'
  const unreachable = [...before, ...said].find((line) =>
    /Failed to fetch|Could not (resolve|connect)/.test(line),
  )
  const hint = unreachable === undefined ? '' : ` (${unreachable.replace(/^[EW]: /, '')})`
  return new AgentFault('engine-not-installed', `apt-get could not bring the packages: ${why}${hint}`, {
    cause,
  })
}
