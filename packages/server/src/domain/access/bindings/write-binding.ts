import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Call } from '../principal.ts'
import type { RoleName } from '../rules/roles.ts'
import { assertAdministratorLeft } from './assert-administrator-left.ts'
import { endInvitations } from './end-invitations.ts'
import type { RoleBinding } from './entities.ts'
import type { Place, ScopeRef } from './place.ts'
import { type BindingRow, toRoleBinding } from './select-bindings.ts'

export interface WrittenBinding {
  readonly id?: string | undefined
  readonly holder: RoleBinding['holder']
  readonly role: RoleName
  readonly scope: ScopeRef
  readonly place: Place
}

/** Writes a role that was authorized before, and says so in the trail. Its id; undefined when it is held already. */
export async function giveRole(
  tx: Tx,
  call: Call,
  { id = newId(), holder, role, scope, place }: WrittenBinding,
): Promise<string | undefined> {
  const inserted = await tx
    .insertInto('role_bindings')
    .values({
      id,
      user_id: holder.type === 'user' ? holder.id : null,
      identity_id: holder.type === 'identity' ? holder.id : null,
      role,
      scope_type: scope.type,
      scope_id: scope.id,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return undefined
  await recordEvent(tx, call, {
    workspaceId: place.workspaceId,
    action: 'binding.created',
    subjectType: 'binding',
    subjectId: id,
    after: { holder: { ...holder }, role, scope },
  })
  return id
}

/**
 * Takes a role away, which was authorized before; what the holder invited to there ends. False when somebody else has
 * taken it. Throws `last-administrator`.
 */
export async function takeRole(tx: Tx, call: Call, row: BindingRow, place: Place): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('role_bindings').where('id', '=', row.id).executeTakeFirst()
  if (numDeletedRows === 0n) return false
  if (row.role === 'platform-admin') await assertAdministratorLeft(tx)
  if (row.user_id !== null) await endInvitations(tx, row.user_id, place)
  const { holder, role, scope } = toRoleBinding(row)
  await recordEvent(tx, call, {
    workspaceId: place.workspaceId,
    action: 'binding.deleted',
    subjectType: 'binding',
    subjectId: row.id,
    before: { holder, role, scope },
  })
  return true
}
