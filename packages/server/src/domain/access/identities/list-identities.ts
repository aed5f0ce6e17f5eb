import type { Db } from '../../../platform/db/connect.ts'
import { type Page, type PageRequest, toPage } from '../../page.ts'
import type { Call } from '../principal.ts'
import { authorizeIdentities } from './authorize-identities.ts'
import type { IdentityKind, ServiceIdentity } from './entities.ts'
import { selectIdentities, toIdentity } from './select-identities.ts'

/** Oldest first. Throws `organization-not-found`, `forbidden`. */
export async function listIdentities(
  db: Db,
  call: Call,
  { kind, organizationId, page }: { kind: IdentityKind; organizationId: string; page: PageRequest },
): Promise<Page<ServiceIdentity>> {
  await authorizeIdentities(db, call, organizationId)
  let query = selectIdentities(db, kind)
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return toPage((await query.execute()).map(toIdentity), page.limit)
}
