import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { madeBefore } from '../made-before.ts'
import type { Call } from '../principal.ts'
import { isRoleName, type RoleName, roleOf } from '../rules/roles.ts'
import { assertMayGive } from './assert-may-give.ts'
import { authorizeScope } from './authorize-scope.ts'
import type { HolderRef, RoleBinding } from './entities.ts'
import { findHolder } from './find-holder.ts'
import type { ScopeRef } from './place.ts'
import { selectBindings, toRoleBinding } from './select-bindings.ts'
import { giveRole } from './write-binding.ts'

export interface NewBinding {
  readonly holder: HolderRef
  readonly role: string
  readonly scope: ScopeRef
}

/** The role, which must be one that is held at such a scope. Throws `invalid-input`. */
export function checkRole(role: string, { type }: ScopeRef): RoleName {
  const fault = !isRoleName(role)
    ? 'is not one of the built-in roles'
    : roleOf(role).level === type
      ? null
      : `is held at the level ${roleOf(role).level}, not ${type}`
  if (fault === null && isRoleName(role)) return role
  const message = fault ?? 'is unknown'
  throw new CroftError('invalid-input', `The role ${message}.`, { fields: [{ path: '/role', message }] })
}

/**
 * Gives a role to a user or to a service identity; it counts from the holder's next request on. Throws
 * `role-held`, `user-not-found`, `identity-not-found`, `invalid-input`, `forbidden`, and the scope's not-found.
 */
export async function createBinding(db: Db, call: Call, input: NewBinding): Promise<RoleBinding> {
  const { holder, scope } = input
  const role = checkRole(input.role, scope)
  return transact(db, async (tx) => {
    const place = await authorizeScope(tx, call, 'create', scope)
    assertMayGive(call.principal, role, place)
    const name = await findHolder(tx, holder, place)
    const read = (id: string) => selectBindings(tx).where('held.id', '=', id).executeTakeFirstOrThrow()
    const earlier = await madeBefore(tx, call, 'role_bindings')
    if (earlier) return toRoleBinding(await read(earlier))
    const { resourceId: id = newId() } = call
    const given = await giveRole(tx, call, { id, holder: { ...holder, name }, role, scope, place })
    if (given === undefined) throw new CroftError('role-held', `${name} has the role ${role} there already.`)
    return toRoleBinding(await read(id))
  })
}
