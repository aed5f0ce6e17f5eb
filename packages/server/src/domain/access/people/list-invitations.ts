import type { Db } from '../../../platform/db/index.ts'
import { type Page, type PageRequest, toPage } from '../../page.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import type { ScopeRef } from '../bindings/place.ts'
import type { Call } from '../principal.ts'
import { type Invitation, selectOpenInvitations, stillGood, toInvitation } from './invitation.ts'

/**
 * Invitations to a role at this scope that can still be accepted, ordered by id. Throws the scope's not-found,
 * `forbidden`.
 */
export async function listInvitations(
  db: Db,
  call: Call,
  { scope, page }: { scope: ScopeRef; page: PageRequest },
): Promise<Page<Invitation>> {
  await authorizeScope(db, call, 'read', scope)
  let query = selectOpenInvitations(db)
    .where(stillGood)
    .where('scope_type', '=', scope.type)
    .where('scope_id', 'is not distinct from', scope.id)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return toPage((await query.execute()).map(toInvitation), page.limit)
}
