import type { Db } from '../../../platform/db/connect.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import type { Call } from '../principal.ts'
import { getSecurity } from './get-security.ts'
import { EDITOR, OWNER } from './security.ts'

export interface WorkspaceRoleName {
  readonly name: string
  readonly description?: string
}

/** The roles that users can be given in a workspace. Throws `workspace-not-found`, `forbidden`. */
export async function listWorkspaceRoles(
  db: Db,
  call: Call,
  workspaceId: string,
): Promise<WorkspaceRoleName[]> {
  const { authorizations = {} } = await getSecurity(db, call, workspaceId)
  await authorizeWorkspace(db, call, workspaceId, 'manage_permissions')
  const custom = Object.entries(authorizations.roles ?? {})
  return [
    { name: OWNER },
    // One that is for a key, not for users, is not among them.
    ...custom
      .filter(([, role]) => role.auth?.apiKey === undefined)
      .map(([name, { description }]) => ({ name, ...(description === undefined ? {} : { description }) })),
    ...(custom.some(([name]) => name === EDITOR) ? [] : [{ name: EDITOR }]),
  ].sort((one, other) => rank(one.name) - rank(other.name))
}

const rank = (name: string): number => (name === OWNER ? 0 : name === EDITOR ? 1 : 2)
