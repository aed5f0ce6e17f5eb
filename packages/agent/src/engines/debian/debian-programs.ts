import type { EngineOnHost } from '@croft/protocol'
import { AgentFault } from '../../fault.ts'
import type { RunAs } from '../../host/run-as.ts'
import { hasApt } from './apt.ts'
import { findPrograms } from './find-programs.ts'
import { installPackages, noApt } from './install-packages.ts'
import type { PackageSet, Programs } from './package-set.ts'

/** The versions of one engine that comes in Debian's packages, on this host. */
export interface DebianPrograms {
  /** The newest version here as far as it was looked for, else that of the current Debian. */
  readonly defaultVersion: string
  /** Spawns nothing, but for a program it has not asked yet. */
  versions(): Promise<EngineOnHost[]>
  /** The programs that serve data of a version. Throws `AgentFault` `engine-not-installed`. */
  find(version: string): Promise<Programs>
  /** Null installs whatever version this system's packages have. Throws `AgentFault`. */
  install(version: string | null, progress: (line: string) => void): Promise<void>
}

export interface DebianProgramsOptions {
  readonly set: PackageSet
  readonly enginesDirectory: string
  readonly runAs: RunAs | null
}

/** The system's programs when they are there, else those that were unpacked below the engines directory. */
export function createDebianPrograms({
  set,
  enginesDirectory,
  runAs,
}: DebianProgramsOptions): DebianPrograms {
  const { name: engine, title, supported } = set
  let defaultVersion = set.usualVersion

  /** Of each version the first: the system's own, else the newest release. */
  const look = async (): Promise<{ here: Programs[]; unfit: Programs | undefined }> => {
    const found = await findPrograms(set, enginesDirectory)
    const fit = found.filter(({ version }) => supported.test(version))
    const here = [...new Map(fit.toReversed().map((programs) => [programs.version, programs])).values()]
    here.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
    if (here[0] && !here.some(({ version }) => version === set.usualVersion)) defaultVersion = here[0].version
    else defaultVersion = set.usualVersion
    return { here, unfit: found.find((programs) => !fit.includes(programs)) }
  }

  const missing = async (unfit: Programs | undefined): Promise<string> => {
    const found = unfit ? `${title} ${unfit.exact} of this host is none that Croft can work with. ` : ''
    if (!(await hasApt())) return `${found}${noApt(set)}`
    return `${found}${title} is not installed on this host: run \`croft engine install ${engine}\`.`
  }

  const checkSupported = (version: string): void => {
    if (supported.test(version)) return
    const message = `There is no ${title} ${version} that Croft can work with; ${set.usualVersion} is one.`
    throw new AgentFault('engine-not-installed', message)
  }

  return {
    get defaultVersion() {
      return defaultVersion
    },
    async versions() {
      const { here, unfit } = await look()
      if (here.length > 0) return here.map(({ version }) => ({ engine, version, installed: true }))
      return [{ engine, version: defaultVersion, installed: false, reason: await missing(unfit) }]
    },
    async find(version) {
      checkSupported(version)
      const { here, unfit } = await look()
      const known = here.map((programs) => programs.version)
      const [best] = set.serves ? set.serves(version, known) : known.filter((one) => one === version)
      const programs = here.find((one) => one.version === best)
      if (programs) return programs
      const message =
        here.length === 0
          ? await missing(unfit)
          : `${title} ${version} is not installed on this host, which has ${known.join(', ')}.`
      throw new AgentFault('engine-not-installed', message)
    },
    async install(version, progress) {
      if (version !== null) checkSupported(version)
      const { here } = await look()
      const programs = version === null ? here[0] : here.find((one) => one.version === version)
      if (programs) {
        const where = programs.root === '' ? 'comes with this system' : 'is installed'
        return progress(`${title} ${programs.exact} ${where} (${programs.path(set.programs[0])}).`)
      }
      progress(`Installing ${title} from the packages of this system ...`)
      await installPackages({ set, version, enginesDirectory, runAs, progress })
      await look()
    },
  }
}
