import type { Executor } from '../../platform/db/connect.ts'
import { authorizeFound } from './authorize.ts'
import type { Call } from './principal.ts'
import type { Action } from './rules/subjects.ts'

export const WORKSPACE_NOT_FOUND = {
  code: 'workspace-not-found',
  message: 'There is no workspace with this id, or it is not accessible.',
} as const

/** Throws `workspace-not-found` unless the caller may see it, `forbidden` unless it may do this to it. */
export async function requireWorkspace(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<{ id: string; name: string }> {
  const row = await db
    .selectFrom('workspaces')
    .select(['id', 'name', 'organization_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  return authorizeFound(
    call.principal,
    action,
    'workspaces',
    row,
    (found) => ({ id: found.id, name: found.name, organizationId: found.organization_id }),
    WORKSPACE_NOT_FOUND,
  )
}
