import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import type { Call } from '../principal.ts'
import { isRoleName } from '../rules/roles.ts'
import { assertMayGive } from './assert-may-give.ts'
import { authorizeScope } from './authorize-scope.ts'
import type { Place } from './place.ts'
import { type BindingRow, selectBindings } from './select-bindings.ts'
import { takeRole } from './write-binding.ts'

const notFound = () =>
  new CroftError('binding-not-found', 'There is no role binding with this id, or it is not accessible.')

/** Whoever may not see who holds roles there does not learn that this one exists. */
async function authorizeTaking(db: Parameters<typeof authorizeScope>[0], call: Call, row: BindingRow) {
  const scope = { type: row.scope_type, id: row.scope_id }
  const seen: Place | null = await authorizeScope(db, call, 'read', scope).catch((error: unknown) => {
    if (error instanceof CroftError && error.code !== 'internal') return null
    throw error
  })
  if (seen === null) throw notFound()
  return authorizeScope(db, call, 'delete', scope)
}

/**
 * Takes a role away, from the holder's next request on; what the holder invited to there ends. Throws `binding-not-found`, `forbidden`, and
 * `last-administrator`.
 */
export async function deleteBinding(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const row = isUuid(id) ? await selectBindings(tx).where('held.id', '=', id).executeTakeFirst() : undefined
    if (!row) throw notFound()
    const place = await authorizeTaking(tx, call, row)
    if (isRoleName(row.role)) assertMayGive(call.principal, row.role, place)
    if (!(await takeRole(tx, call, row, place))) throw notFound()
  })
}
