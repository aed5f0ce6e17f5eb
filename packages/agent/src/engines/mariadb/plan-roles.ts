import type { Role } from '@croft/protocol'
import { AgentFault } from '../../fault.ts'
import { agentUser, databaseNamePattern, systemSchemas } from './access.ts'

/** An account as the server has it. */
export interface ExistingAccount {
  readonly name: string
  readonly host: string
  readonly plugin: string | null
  readonly verifier: string | null
  readonly locked: boolean
  /** Rights on the whole server, as bits. */
  readonly access: string
}

/** Rights of an account on a schema, or on all whose names its pattern matches. */
export interface ExistingGrant {
  readonly name: string
  readonly pattern: string
}

export interface Existing {
  readonly accounts: readonly ExistingAccount[]
  readonly grants: readonly ExistingGrant[]
  /** Schemas that are not MariaDB's own. */
  readonly schemas: readonly string[]
}

export interface RolePlan {
  /** One after the other; empty when nothing is to change. */
  readonly statements: readonly string[]
  /** Accounts whose sessions have to end after them. */
  readonly ended: readonly string[]
  /** Accounts that nobody can log in to from then on; they may go when those have ended. */
  readonly unwanted: readonly { readonly name: string; readonly host: string }[]
}

/** Password hashes that no password has. */
const noVerifier = '*0000000000000000000000000000000000000000'
const verifierPattern = /^\*[0-9A-F]{40}$/

/** What makes the accounts of a server exactly the wanted ones. Throws `AgentFault` for an impossible role. */
export function planRoles(existing: Existing, wanted: readonly Role[], database: string): RolePlan {
  for (const role of wanted) checkRole(role)
  checkDatabase(database)
  const statements: string[] = []
  const ended: string[] = []
  const unwanted: RolePlan['unwanted'][number][] = []
  const schemas = new Set([database, ...existing.schemas])
  if (!existing.schemas.includes(database)) statements.push(`CREATE DATABASE ${quoteName(database)}`)
  // One from elsewhere with rights on the whole server is made anew.
  const sound = existing.accounts.filter(({ host, access }) => host === '%' && /^0?$/.test(access))
  const had = new Map(sound.map((account) => [account.name, account]))
  for (const { name, verifier } of wanted) {
    const account = quoteAccount(name)
    const password = `IDENTIFIED VIA mysql_native_password USING '${verifier.toUpperCase()}'`
    const old = had.get(name)
    if (!old) statements.push(`CREATE OR REPLACE USER ${account} ${password}`)
    else if (!isAsWanted(old, verifier)) {
      statements.push(`ALTER USER ${account} ${password} ACCOUNT UNLOCK`)
      ended.push(name)
    }
    const granted = new Set(
      old ? existing.grants.filter((grant) => grant.name === name).map((grant) => grant.pattern) : [],
    )
    const patterns = new Set([...schemas].map(patternOf))
    for (const schema of schemas) {
      if (!granted.has(patternOf(schema))) {
        statements.push(`GRANT ALL PRIVILEGES ON ${quoteName(patternOf(schema))}.* TO ${account}`)
      }
    }
    for (const pattern of granted) {
      if (!patterns.has(pattern))
        statements.push(`REVOKE ALL PRIVILEGES ON ${quoteName(pattern)}.* FROM ${account}`)
    }
  }
  const names = new Set(wanted.map((role) => role.name))
  for (const account of existing.accounts) {
    const { name, host } = account
    if (host === '%' && names.has(name)) continue
    if (!isClosed(account)) {
      statements.push(
        `ALTER USER ${quoteAccount(name, host)} IDENTIFIED VIA mysql_native_password USING '${noVerifier}' ACCOUNT LOCK`,
      )
      ended.push(name)
    }
    unwanted.push({ name, host })
  }
  return { statements, ended, unwanted }
}

/**
 * Removes accounts, but for `definers` (as `name@host`), whom views, triggers or routines run as: without them these
 * would not run any more.
 */
export function planRemoval(unwanted: RolePlan['unwanted'], definers: readonly string[]): string[] {
  return unwanted
    .filter(({ name, host }) => !definers.includes(`${name}@${host}`))
    .map(({ name, host }) => `DROP USER IF EXISTS ${quoteAccount(name, host)}`)
}

function isAsWanted({ plugin, verifier, locked }: ExistingAccount, wanted: string): boolean {
  return plugin === 'mysql_native_password' && verifier?.toUpperCase() === wanted.toUpperCase() && !locked
}

function isClosed({ verifier, locked }: ExistingAccount): boolean {
  return locked && verifier === noVerifier
}

function checkRole({ name, verifier }: Role): void {
  const reserved =
    /^(croft_agent|mariadb\.sys|root|public|system user|event_scheduler|unauthenticated user|)$/i.test(
      name,
    ) || name === agentUser
  // MariaDB's user names have 128 characters; some clients' protocols and tables fewer.
  if (reserved || Buffer.byteLength(name) > 80 || /[\0\\'"`@%]/.test(name)) {
    throw new AgentFault('internal', `A login role cannot be named ${JSON.stringify(name.slice(0, 80))}.`)
  }
  if (!verifierPattern.test(verifier.toUpperCase())) {
    throw new AgentFault(
      'internal',
      `The verifier of the role "${name}" is not one of mysql_native_password.`,
    )
  }
}

function checkDatabase(name: string): void {
  if (!databaseNamePattern.test(name) || systemSchemas.includes(name)) {
    throw new AgentFault('internal', `A database cannot be named ${JSON.stringify(name.slice(0, 80))}.`)
  }
}

/** In GRANT, `_` and `%` stand for any character: rights on `m_sql` would be rights on `mysql`. */
function patternOf(schema: string): string {
  return schema.replace(/[\\_%]/g, '\\$&')
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

function quoteAccount(name: string, host = '%'): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  return `${quoted(name)}@${quoted(host)}`
}
