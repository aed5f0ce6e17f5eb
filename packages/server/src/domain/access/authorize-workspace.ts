import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize } from './authorize.ts'
import type { Call } from './principal.ts'
import { WORKSPACE_NOT_FOUND } from './require-workspace.ts'
import { isAllowed, refusalOf } from './rules/ability.ts'
import type { Action } from './rules/subjects.ts'

/**
 * For actions on a workspace that do not need `read` on it, `manage_permissions` for one. Throws `forbidden` to those
 * who know the workspace anyway: who may read it, whom a rule keeps from it, and whose credential is one of it;
 * `workspace-not-found` to all others.
 */
export async function authorizeWorkspace(
  db: Executor,
  { principal }: Call,
  id: string,
  action: Action,
): Promise<{ id: string; name: string }> {
  const row = await db
    .selectFrom('workspaces')
    .select(['id', 'name', 'organization_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw new CroftError(WORKSPACE_NOT_FOUND.code, WORKSPACE_NOT_FOUND.message)
  const fields = { id: row.id, name: row.name, organizationId: row.organization_id }
  const isKnown =
    principal.workspaceId === id ||
    isAllowed(principal, action, 'workspaces', fields) ||
    isAllowed(principal, 'read', 'workspaces', fields) ||
    refusalOf(principal, action, 'workspaces', fields).byRule
  if (!isKnown) throw new CroftError(WORKSPACE_NOT_FOUND.code, WORKSPACE_NOT_FOUND.message)
  authorize(principal, action, 'workspaces', fields)
  return { id: row.id, name: row.name }
}
