import pg from 'pg'
import { agentDatabase, ownerRole } from './access.ts'
import type { Management } from './management.ts'

interface DependentDatabase extends Record<string, unknown> {
  readonly name: string
  readonly allowsConnections: boolean
  /** A DROP DATABASE that did not finish; it cannot be entered, only dropped. */
  readonly invalid: boolean
}

/**
 * Removes a role that has no sessions. A credential acts as the owner role, but a session may have said SET ROLE
 * NONE and made things of its own: they pass to the owner, and privileges it was given go.
 */
export async function removeRole(
  management: Management,
  openDatabase: (name: string) => Management,
  name: string,
): Promise<void> {
  const role = pg.escapeIdentifier(name)
  const databases = await management.query<DependentDatabase>(
    `SELECT DISTINCT d.datname AS name, d.datallowconn AS "allowsConnections", d.datconnlimit = -2 AS invalid
       FROM pg_shdepend s
       JOIN pg_database d ON d.oid = s.dbid OR (s.dbid = 0 AND d.datname = '${agentDatabase}')
      WHERE s.refclassid = 'pg_authid'::regclass
        AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = $1)`,
    [name],
  )
  for (const database of databases) {
    const identifier = pg.escapeIdentifier(database.name)
    if (database.invalid) {
      await management.query(`DROP DATABASE ${identifier}`)
      continue
    }
    if (!database.allowsConnections)
      await management.query(`ALTER DATABASE ${identifier} ALLOW_CONNECTIONS true`)
    const session = openDatabase(database.name)
    try {
      await session.script(`REASSIGN OWNED BY ${role} TO ${ownerRole}; DROP OWNED BY ${role}`)
    } finally {
      await session.close()
      if (!database.allowsConnections) {
        await management.query(`ALTER DATABASE ${identifier} ALLOW_CONNECTIONS false`)
      }
    }
  }
  await management.query(`DROP ROLE ${role}`)
}
