import { sql } from 'kysely'
import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { recordEvent } from '../../events/index.ts'
import { isStorable } from '../../storable.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import type { Call } from '../principal.ts'
import { compileSecurity } from './compile-security.ts'
import type { CustomRole, WorkspaceSecurity } from './security.ts'

/** A role's own API key is made by the platform and shown to nobody, so a value that comes along is left out. */
function withoutValue(role: CustomRole): CustomRole {
  if (role.auth?.apiKey === undefined) return role
  return { ...role, auth: { ...role.auth, apiKey: {} } }
}

function withoutValues(security: WorkspaceSecurity): WorkspaceSecurity {
  const { authorizations } = security
  if (!authorizations?.roles) return security
  const roles = Object.fromEntries(
    Object.entries(authorizations.roles).map(([name, role]) => [name, withoutValue(role)]),
  )
  return { ...security, authorizations: { ...authorizations, roles } }
}

async function refuseRolesInUse(tx: Tx, workspaceId: string, kept: readonly string[]): Promise<void> {
  const held = await tx
    .selectFrom('workspace_role_members')
    .where('workspace_id', '=', workspaceId)
    .where((eb) => eb.not(eb('role', '=', eb.fn.any(eb.val([...kept])))))
    .select('role')
    .executeTakeFirst()
  if (!held) return
  throw new CroftError(
    'role-in-use',
    `Can't delete ${held.role} role as it is still assigned to some user in your workspace`,
  )
}

/**
 * Replaces a workspace's security; its rules count from the next request on. Needs `manage_security`, and
 * `manage_permissions` where roles or rules are. Throws `rules-invalid`, `workspace-not-found`, `forbidden`, `role-in-use`.
 */
export async function putSecurity(
  db: Db,
  call: Call,
  { workspaceId, security }: { workspaceId: string; security: WorkspaceSecurity },
): Promise<WorkspaceSecurity> {
  if (!isStorable(security)) {
    throw new CroftError('rules-invalid', 'The security has text with NUL or half a character in it.')
  }
  compileSecurity(workspaceId, security)
  await authorizeWorkspace(db, call, workspaceId, 'manage_security')
  const kept = withoutValues(security)
  return transact(db, async (tx) => {
    // So that nobody gets a role at the moment in which it is deleted.
    await tx.selectFrom('workspaces').where('id', '=', workspaceId).select('id').forUpdate().execute()
    const before = await tx
      .selectFrom('workspace_security')
      .where('workspace_id', '=', workspaceId)
      .select(['authorizations', 'authentication'])
      .executeTakeFirst()
    if (kept.authorizations || before?.authorizations)
      await authorizeWorkspace(tx, call, workspaceId, 'manage_permissions')
    await refuseRolesInUse(tx, workspaceId, Object.keys(kept.authorizations?.roles ?? {}))
    const values = {
      authorizations: kept.authorizations ? { ...kept.authorizations } : null,
      authentication: kept.authentication ? { ...kept.authentication } : null,
      updated_at: sql<Date>`clock_timestamp()`,
    }
    await tx
      .insertInto('workspace_security')
      .values({ workspace_id: workspaceId, ...values })
      .onConflict((known) => known.column('workspace_id').doUpdateSet(values))
      .execute()
    await recordEvent(tx, call, {
      workspaceId,
      action: 'workspaces.security.updated',
      subjectType: 'workspace',
      subjectId: workspaceId,
      ...(before ? { before } : {}),
      after: { ...kept },
    })
    return kept
  })
}
