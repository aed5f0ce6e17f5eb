import { setTimeout as delay } from 'node:timers/promises'
import type { Role } from '@croft/protocol'
import { agentRole, ownerRole } from './access.ts'
import type { Management } from './management.ts'
import { type ExistingRole, planRoles } from './plan-roles.ts'
import { removeRole } from './remove-role.ts'

/**
 * Makes the login roles of a server exactly these. Every role that is not the agent's, the owner or PostgreSQL's
 * own is one of them, for tenants cannot make roles.
 */
export async function applyRoles(
  management: Management,
  openDatabase: (name: string) => Management,
  wanted: readonly Role[],
): Promise<void> {
  const existing = await management.query<ExistingRole & Record<string, unknown>>(
    `SELECT rolname AS name, rolpassword AS verifier, rolcanlogin AS "canLogin",
            coalesce('role=${ownerRole}' = ANY (setconfig), false)
              AND pg_has_role(r.oid, '${ownerRole}', 'SET') AS "actsAsOwner"
       FROM pg_authid r LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = 0
      WHERE rolname NOT LIKE 'pg\\_%' AND rolname NOT IN ('${agentRole}', '${ownerRole}')`,
  )
  const plan = planRoles(existing, wanted)
  if (plan.statements.length > 0) await management.script(plan.statements.join(';\n'))
  if (plan.ended.length > 0) {
    await endSessions(management, plan.ended)
    // A login that had read the old verifier is visible as a session of its role only a moment later.
    await delay(50)
    await endSessions(management, plan.ended)
  }
  for (const name of plan.removed) await removeRole(management, openDatabase, name)
}

async function endSessions(management: Management, roles: readonly string[]): Promise<void> {
  await management.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE usename = ANY ($1) AND pid <> pg_backend_pid()`,
    [roles],
  )
}
