import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid, newId } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import { assertMayGive } from '../bindings/assert-may-give.ts'
import { endInvitations } from '../bindings/end-invitations.ts'
import { findPlace, type Place } from '../bindings/place.ts'
import type { Call } from '../principal.ts'
import type { RoleName } from '../rules/roles.ts'
import type { CustomRole } from '../security/security.ts'
import { readHeld } from './list-shares.ts'
import { READER, ROLE_OF, SHARED_ROLES, type Share } from './share.ts'

export interface NewShare {
  readonly workspaceId: string
  readonly userId: string
  readonly role?: string | undefined
  readonly policies?: Readonly<Record<string, boolean>> | undefined
}

const invalid = (message: string, path: string) =>
  new CroftError('invalid-input', message, { fields: [{ path, message }] })

/** What a user gets: a role of ours, one of the workspace's own, or both. */
function wanted({ role, policies = {} }: NewShare): {
  readonly builtIn?: RoleName
  readonly custom?: string
} {
  const given = Object.keys(policies).filter((name) => policies[name])
  const unknown = given.find((name) => name !== 'read')
  if (unknown !== undefined)
    throw invalid(
      `The policy ${unknown} cannot be given alone: give the role editor or owner, or a rule of the workspace's security.`,
      '/permissions/policies',
    )
  if (role === undefined) {
    if (given.length > 0) return { builtIn: READER }
    throw invalid('The permissions name neither a role nor a policy that is true.', '/permissions')
  }
  if (role === 'owner' || role === 'editor') return { builtIn: ROLE_OF[role] }
  return { custom: role, ...(given.length > 0 ? { builtIn: READER } : {}) }
}

async function requireCustomRole(tx: Tx, workspaceId: string, role: string): Promise<void> {
  const row = await tx
    .selectFrom('workspace_security')
    .where('workspace_id', '=', workspaceId)
    .select('authorizations')
    .executeTakeFirst()
  const roles = (row?.authorizations?.roles ?? {}) as Record<string, CustomRole>
  // One that is for a key is nobody else's.
  if (Object.hasOwn(roles, role) && roles[role]?.auth?.apiKey === undefined) return
  throw new CroftError('role-not-found', `Unknown role '${role}'`)
}

/** What the user holds there now is taken away; the caller must be able to give it. Returns whether there was any. */
async function takeAll(
  tx: Tx,
  call: Call,
  place: Place,
  workspaceId: string,
  userId: string,
): Promise<boolean> {
  const held = (await readHeld(tx, workspaceId, userId)).get(userId)
  for (const role of SHARED_ROLES) if (held?.roles.includes(role)) assertMayGive(call.principal, role, place)
  await tx
    .deleteFrom('role_bindings')
    .where('user_id', '=', userId)
    .where('scope_type', '=', 'workspace')
    .where('scope_id', '=', workspaceId)
    .where('role', 'in', SHARED_ROLES)
    .execute()
  await tx
    .deleteFrom('workspace_role_members')
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .execute()
  if (held !== undefined) await endInvitations(tx, userId, place)
  return held !== undefined
}

/** Locks the workspace, so that changes of who is in it wait for each other, and for those of its roles. */
async function lockPlace(tx: Tx, call: Call, workspaceId: string): Promise<Place> {
  await tx.selectFrom('workspaces').where('id', '=', workspaceId).select('id').forUpdate().execute()
  await authorizeWorkspace(tx, call, workspaceId, 'manage_permissions')
  const place = await findPlace(tx, 'workspace', workspaceId)
  if (!place) throw new CroftError('workspace-not-found', 'There is no workspace with this id.')
  return place
}

/**
 * Replaces what a user may do in the workspace. Throws `invalid-input`, `workspace-not-found`, `forbidden`,
 * `user-not-found`, `role-not-found`.
 */
export async function shareWorkspace(db: Db, call: Call, input: NewShare): Promise<Share> {
  const { workspaceId, userId, role, policies } = input
  const { builtIn, custom } = wanted(input)
  return transact(db, async (tx) => {
    const place = await lockPlace(tx, call, workspaceId)
    const user = isUuid(userId)
      ? await tx
          .selectFrom('users')
          .where('id', '=', userId)
          .select(['email', 'display_name'])
          .forShare()
          .executeTakeFirst()
      : undefined
    if (!user) throw new CroftError('user-not-found', 'This user does not exist')
    if (custom !== undefined) await requireCustomRole(tx, workspaceId, custom)
    if (builtIn !== undefined) assertMayGive(call.principal, builtIn, place)
    await takeAll(tx, call, place, workspaceId, userId)
    if (builtIn !== undefined) {
      const scope = { scope_type: 'workspace' as const, scope_id: workspaceId }
      await tx
        .insertInto('role_bindings')
        .values({ id: newId(), user_id: userId, identity_id: null, role: builtIn, ...scope })
        .execute()
    }
    if (custom !== undefined) {
      await tx
        .insertInto('workspace_role_members')
        .values({ workspace_id: workspaceId, user_id: userId, role: custom })
        .execute()
    }
    const permissions = {
      ...(role === undefined ? {} : { role }),
      ...(policies === undefined ? {} : { policies: { ...policies } }),
    }
    await recordEvent(tx, call, {
      workspaceId,
      action: 'workspaces.permissions.shared',
      subjectType: 'user',
      subjectId: userId,
      after: permissions,
    })
    return { userId, displayName: user.display_name ?? user.email, ...permissions }
  })
}

/**
 * Takes from a user all that was shared with it; nothing happens for one who has nothing there. Throws
 * `workspace-not-found`, `forbidden`.
 */
export async function unshareWorkspace(
  db: Db,
  call: Call,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<void> {
  await transact(db, async (tx) => {
    const place = await lockPlace(tx, call, workspaceId)
    if (!isUuid(userId) || !(await takeAll(tx, call, place, workspaceId, userId))) return
    await recordEvent(tx, call, {
      workspaceId,
      action: 'workspaces.permissions.deleted',
      subjectType: 'user',
      subjectId: userId,
    })
  })
}
