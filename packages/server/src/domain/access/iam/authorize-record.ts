import type { Executor } from '../../../platform/db/connect.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { assertMayGive } from '../bindings/assert-may-give.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import { PLATFORM, type Place, type ScopeRef } from '../bindings/place.ts'
import type { WrittenBinding } from '../bindings/write-binding.ts'
import { authorizeIdentities } from '../identities/authorize-identities.ts'
import type { Call } from '../principal.ts'
import type { RoleName } from '../rules/roles.ts'
import { isSelf } from './actor.ts'

/**
 * Records are for who decides about the organization's permissions; one's own is to be read by everybody who sees the
 * organization. Throws `organization-not-found`, `forbidden`.
 */
export async function authorizeRecord(
  db: Executor,
  call: Call,
  { organizationId, actorId }: { readonly organizationId: string; readonly actorId?: string },
): Promise<void> {
  if (actorId !== undefined && isSelf(call.principal, actorId)) {
    await authorizeScope(db, call, 'read', { type: 'organization', id: organizationId })
    return
  }
  await authorizeIdentities(db, call, organizationId)
}

async function findScope(
  db: Executor,
  call: Call,
  action: 'create' | 'delete',
  { role, scope }: Pick<WrittenBinding, 'role' | 'scope'>,
): Promise<Place> {
  // Gives and takes nothing: everybody who is logged in may do what it allows.
  if (role === 'platform-member') return PLATFORM
  return authorizeScope(db, call, action, scope)
}

/**
 * The place of a role that is given or taken by a record of the organization. Throws `forbidden`, and
 * `not-applicable` for a place that is not in it.
 */
export async function authorizeRole(
  db: Executor,
  call: Call,
  action: 'create' | 'delete',
  wanted: { readonly role: RoleName; readonly scope: ScopeRef; readonly organizationId: string },
): Promise<Place> {
  const unfit = (cause?: unknown) =>
    new CroftError('not-applicable', `There is no ${wanted.scope.id} in this account.`, { cause })
  const place = await findScope(db, call, action, wanted).catch((error: unknown) => {
    throw error instanceof CroftError && error.code.endsWith('-not-found') ? unfit(error) : error
  })
  if (place.type !== 'platform' && place.organizationId !== wanted.organizationId) throw unfit()
  assertMayGive(call.principal, wanted.role, place)
  return place
}
