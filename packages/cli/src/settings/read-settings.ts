import {
  flagOf,
  parseSettings,
  type SettingName,
  Settings,
  type Settings as Values,
  WrongSettings,
} from '@croft/protocol'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables of the CLI as a client of the API; no process has a setting of these names. */
export const CLIENT_VARIABLES = ['CROFT_URL', 'CROFT_TOKEN'] as const

export interface ReadSettings {
  readonly values: Values
  /** As strings, by variable; only those that were given. */
  readonly given: Environment
}

/** The property in which commander keeps a flag's value: `--data-dir` is `dataDir`. */
function propertyOf(name: string): string {
  return flagOf(name)
    .slice(2)
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Settings of the environment and, stronger, of flags. Throws `WrongSettings` that names flags as flags. */
export function readSettings(env: Environment, flags: Readonly<Record<string, unknown>>): ReadSettings {
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    const isClients = CLIENT_VARIABLES.some((variable) => variable === name)
    if (name.startsWith('CROFT_') && !isClients && value !== undefined && value !== '') given[name] = value
  }
  const byFlag: SettingName[] = []
  for (const name of Object.keys(Settings.properties) as SettingName[]) {
    const value = flags[propertyOf(name)]
    if (typeof value !== 'string') continue
    given[name] = value
    byFlag.push(name)
  }
  try {
    return { values: parseSettings(given), given }
  } catch (error) {
    if (!(error instanceof WrongSettings)) throw error
    throw new WrongSettings(
      error.faults.map((fault) => {
        const name = byFlag.find((flag) => fault.startsWith(`${flag}=`))
        return name ? `${flagOf(name)} ${fault.slice(name.length + 1)}` : fault
      }),
    )
  }
}
