import type { SettingLanguage } from './settings/setting.ts'

/** What clients dial. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly sslmode: 'disable' | 'require'
}

/** All that a client needs to log in. Role and password have only characters that no URL escapes. */
export interface Login {
  readonly address: Address
  readonly role: string
  readonly password: string
  /** The database within the server. */
  readonly database: string
}

/** What the control plane knows of an engine. Adding one: a file here, a line in `registry.ts`. */
export interface EngineFacts {
  readonly name: string
  /** As people write it. */
  readonly title: string
  readonly scheme: 'postgres' | 'mysql' | 'redis'
  /** What the database within a server is called unless somebody chose a name. */
  readonly usualDatabase: string
  /** Whether the database within a server can be called otherwise. */
  readonly namesDatabases: boolean
  /** Whether its changes can be archived: restores to any moment and restore points need it. */
  readonly archived: boolean
  /** What its servers keep to themselves, or what the engine's own databases are called. */
  readonly reservedDatabaseNames: ReadonlySet<string>
  readonly reservedRoles: RegExp
  readonly maxDatabaseNameLength: number
  readonly maxRoleLength: number
  /** How it stores a password (ASCII); agents and servers never see the password itself. */
  verifierOf(password: string): Promise<string>
  connectionString(login: Login): string
  /** Logs in as a client would and asks for something. Rejects when that fails, within ten seconds. */
  confirmLogin(login: Login): Promise<void>
  /** What a database of a size may hold, in bytes, by the engine settings of the size; null where nothing limits it. */
  sizeLimitBytes(settings: Readonly<Record<string, string>>): number | null
  /** Which settings of its servers tenants may choose, and how they are written. */
  readonly settings: SettingLanguage
  /** Settings of memory that grow with the memory of a database. */
  readonly scaledSettings: readonly string[]
  /** The setting for how many sessions a server takes, and how many of those are not for clients. */
  readonly sessions: { readonly setting: string; readonly reserved: number }
}

/** How long a login may take, in ms: a sleeping server is woken by it. */
export const LOGIN_TIMEOUT_MS = 10_000

/** `host:port` as URLs have it. */
export function authorityOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
