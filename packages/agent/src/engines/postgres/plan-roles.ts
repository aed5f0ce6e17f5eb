import type { Role } from '@croft/protocol'
import pg from 'pg'
import { AgentFault } from '../../fault.ts'
import { agentRole, ownerRole } from './access.ts'

/** A role as the server has it. */
export interface ExistingRole {
  readonly name: string
  readonly verifier: string | null
  readonly canLogin: boolean
  /** Whether it acts as the owner role from its login on. */
  readonly actsAsOwner: boolean
}

export interface RolePlan {
  /** Statements of one transaction; empty when nothing is to change. */
  readonly statements: readonly string[]
  /** Roles whose sessions have to end after it. */
  readonly ended: readonly string[]
  /** Roles that cannot log in any more after it and are to be removed. */
  readonly removed: readonly string[]
}

const verifierPattern = /^SCRAM-SHA-256\$\d{1,9}:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/
const attributes = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS'

/** What makes the login roles of a server exactly the wanted ones. Throws `AgentFault` for an impossible role. */
export function planRoles(existing: readonly ExistingRole[], wanted: readonly Role[]): RolePlan {
  for (const role of wanted) checkRole(role)
  const had = new Map(existing.map((role) => [role.name, role]))
  const names = new Set(wanted.map((role) => role.name))
  const statements: string[] = []
  const ended: string[] = []
  for (const { name, verifier } of wanted) {
    const role = pg.escapeIdentifier(name)
    const password = pg.escapeLiteral(verifier)
    const old = had.get(name)
    if (!old) {
      statements.push(`CREATE ROLE ${role} LOGIN ${attributes} PASSWORD ${password} IN ROLE ${ownerRole}`)
    } else if (old.verifier !== verifier || !old.canLogin) {
      statements.push(`ALTER ROLE ${role} LOGIN PASSWORD ${password}`)
      ended.push(name)
    }
    if (!old?.actsAsOwner) {
      if (old) statements.push(`GRANT ${ownerRole} TO ${role}`)
      statements.push(`ALTER ROLE ${role} SET role = '${ownerRole}'`)
    }
  }
  const removed = existing.map((role) => role.name).filter((name) => !names.has(name))
  for (const name of removed) statements.push(`ALTER ROLE ${pg.escapeIdentifier(name)} NOLOGIN PASSWORD NULL`)
  return { statements, ended: [...ended, ...removed], removed }
}

function checkRole({ name, verifier }: Role): void {
  const reserved = name === agentRole || name === ownerRole || /^(pg_|public$|none$|$)/.test(name)
  // A longer name would be cut, and could then be another role's.
  if (reserved || Buffer.byteLength(name) > 63 || name.includes('\0')) {
    throw new AgentFault('internal', `A login role cannot be named ${JSON.stringify(name.slice(0, 80))}.`)
  }
  // PostgreSQL would take anything else for a password in clear.
  if (!verifierPattern.test(verifier)) {
    throw new AgentFault('internal', `The verifier of the role "${name}" is not a SCRAM-SHA-256 one.`)
  }
}
