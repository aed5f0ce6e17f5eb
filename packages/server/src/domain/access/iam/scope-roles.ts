import { type Db, type Executor, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { authorize } from '../authorize.ts'
import { assertMayGive } from '../bindings/assert-may-give.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import type { RoleBinding } from '../bindings/entities.ts'
import type { Place, ScopeRef } from '../bindings/place.ts'
import { type BindingRow, selectBindings, toRoleBinding } from '../bindings/select-bindings.ts'
import { giveRole, takeRole } from '../bindings/write-binding.ts'
import type { Call } from '../principal.ts'
import { isRoleName } from '../rules/roles.ts'
import { type ActorRef, findActor, isSelf, lockActor } from './actor.ts'
import { checkLevel } from './check-level.ts'

export interface ScopeRole {
  readonly scope: ScopeRef
  readonly actor: ActorRef
  readonly role: string
}

function selectAt(db: Executor, { type, id }: ScopeRef) {
  return selectBindings(db)
    .where('held.scope_type', '=', type)
    .where('held.scope_id', 'is not distinct from', id)
    .orderBy('held.id')
}

/** Who holds which role at this very scope, oldest first. Throws the scope's not-found, `forbidden`. */
export async function listScopeRoles(db: Db, call: Call, scope: ScopeRef): Promise<readonly RoleBinding[]> {
  await authorizeScope(db, call, 'read', scope)
  return (await selectAt(db, scope).execute()).map(toRoleBinding)
}

function ofActor(db: Executor, scope: ScopeRef, { id, type }: ActorRef): Promise<BindingRow[]> {
  return selectAt(db, scope)
    .where((eb) =>
      eb.or([
        ...(type === 'identity' ? [] : [eb('held.user_id', '=', id)]),
        ...(type === 'user' ? [] : [eb('held.identity_id', '=', id)]),
      ]),
    )
    .execute()
}

async function takeAll(tx: Tx, call: Call, rows: readonly BindingRow[], place: Place): Promise<void> {
  for (const row of rows) {
    if (isRoleName(row.role)) assertMayGive(call.principal, row.role, place)
    await takeRole(tx, call, row, place)
  }
}

/**
 * Makes a role the only one that the actor holds at the scope. Throws the scope's not-found, `forbidden`,
 * `last-administrator`, `not-applicable` for a role of another level and for an actor that is not there.
 */
export async function setScopeRole(db: Db, call: Call, input: ScopeRole): Promise<RoleBinding> {
  const { scope } = input
  const actor = { ...input.actor, id: input.actor.id.toLowerCase() }
  return transact(db, async (tx) => {
    const place = await authorizeScope(tx, call, 'create', scope)
    const role = checkLevel(input.role, scope.type)
    assertMayGive(call.principal, role, place)
    await lockActor(tx, actor)
    const holder = await findActor(tx, actor, place)
    await giveRole(tx, call, { holder, role, scope, place })
    const held = await ofActor(tx, scope, holder)
    const others = held.filter((row) => row.role !== role)
    if (others.length > 0) await authorizeScope(tx, call, 'delete', scope)
    await takeAll(tx, call, others, place)
    const row = held.find((each) => each.role === role)
    if (!row) throw new Error('a role that was given is held')
    return toRoleBinding(row)
  })
}

/** Takes every role that the actor holds at the scope. Throws `binding-not-found`, and what `setScopeRole` does. */
export async function removeScopeRoles(
  db: Db,
  call: Call,
  { scope, actor }: Omit<ScopeRole, 'role'>,
): Promise<void> {
  await transact(db, async (tx) => {
    const place = await authorizeScope(tx, call, 'delete', scope)
    await lockActor(tx, actor)
    const held = await ofActor(tx, scope, actor)
    if (held.length === 0) throw new CroftError('binding-not-found', 'The actor holds no role there.')
    await takeAll(tx, call, held, place)
  })
}

/**
 * The roles that a user holds in whole organizations: the own ones, or anybody's for administrators of the platform.
 * Throws `forbidden`, `user-not-found`.
 */
export async function listUserRoles(db: Db, call: Call, userId: string): Promise<readonly RoleBinding[]> {
  const { principal } = call
  if (!isSelf(principal, userId)) authorize(principal, 'read', 'platform', {})
  const user = await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()
  if (!user) throw new CroftError('user-not-found', 'There is no user with this id.')
  const rows = await selectBindings(db)
    .where('held.user_id', '=', user.id)
    .where('held.scope_type', '=', 'organization')
    .orderBy('held.id')
    .execute()
  return rows.map(toRoleBinding)
}
