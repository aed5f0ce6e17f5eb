import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import { PROJECT_NOT_FOUND } from './get-project.ts'

export interface LockedProject {
  readonly id: string
  readonly workspaceId: string
  readonly name: string
  /** A temporary project's end. */
  readonly expiresAt: Date | null
}

/**
 * Locks a project's row until the transaction ends, so that creating in it, moving it and deleting it exclude
 * each other, and checks that the caller may do this to it; null asks nothing, for who was asked about something in
 * it: a right to one database needs none to its project. Throws `project-not-found`, `forbidden`.
 */
export async function lockProject(
  tx: Executor,
  call: Call,
  id: string,
  action: Action | null,
): Promise<LockedProject> {
  const row = await tx
    .selectFrom('projects')
    .select(['id', 'workspace_id', 'name', 'expires_at'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  const found = row && {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    expiresAt: row.expires_at,
  }
  if (action === null) {
    if (found) return found
    throw new CroftError(PROJECT_NOT_FOUND.code, PROJECT_NOT_FOUND.message)
  }
  const fields = ({ id, workspaceId, name }: LockedProject) => ({ id, workspaceId, name })
  return authorizeFound(call.principal, action, 'projects', found, fields, PROJECT_NOT_FOUND)
}
