import type { Executor } from '../../../platform/db/connect.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import type { Call } from '../principal.ts'
import { EDITOR, OWNER } from '../security/security.ts'
import { READER, ROLE_OF, SHARED_ROLES, type Share } from './share.ts'

interface Held {
  readonly displayName: string
  readonly roles: string[]
}

/** Who holds which role, the built-in ones under our names. */
export async function readHeld(
  db: Executor,
  workspaceId: string,
  userId?: string,
): Promise<Map<string, Held>> {
  let bound = db
    .selectFrom('role_bindings as held')
    .innerJoin('users', 'users.id', 'held.user_id')
    .where('held.scope_type', '=', 'workspace')
    .where('held.scope_id', '=', workspaceId)
    .where('held.role', 'in', SHARED_ROLES)
    .select(['users.id', 'users.email', 'users.display_name', 'held.role'])
  let members = db
    .selectFrom('workspace_role_members as member')
    .innerJoin('users', 'users.id', 'member.user_id')
    .where('member.workspace_id', '=', workspaceId)
    .select(['users.id', 'users.email', 'users.display_name', 'member.role'])
  if (userId !== undefined) {
    bound = bound.where('users.id', '=', userId)
    members = members.where('users.id', '=', userId)
  }
  const rows = await bound.unionAll(members).execute()
  const held = new Map<string, Held>()
  for (const { id, email, display_name, role } of rows) {
    const known = held.get(id) ?? { displayName: display_name ?? email, roles: [] }
    known.roles.push(role)
    held.set(id, known)
  }
  return held
}

/** The strongest role is the one that is told: the others change nothing, except custom ones beside `read`. */
function toShare(userId: string, { displayName, roles }: Held): Share {
  const custom = roles.find((role) => !SHARED_ROLES.some((known) => known === role))
  const role = roles.includes(ROLE_OF[OWNER]) ? OWNER : roles.includes(ROLE_OF[EDITOR]) ? EDITOR : custom
  return {
    userId,
    displayName,
    ...(role === undefined ? {} : { role }),
    ...(roles.includes(READER) ? { policies: { read: true } } : {}),
  }
}

/** Whom a workspace is shared with, in the order in which they became users. Throws `workspace-not-found`, `forbidden`. */
export async function listShares(db: Executor, call: Call, workspaceId: string): Promise<Share[]> {
  await authorizeWorkspace(db, call, workspaceId, 'manage_permissions')
  const held = await readHeld(db, workspaceId)
  return [...held]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([userId, roles]) => toShare(userId, roles))
}
