import type { Db } from '../../platform/db/connect.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import { selectApplications, toApplication } from './applications.ts'
import { authorize } from './authorize.ts'
import type { OAuthApplication } from './entities.ts'
import type { Call } from './principal.ts'

/** Ordered by id. For platform administrators. Throws `forbidden`. */
export async function listApplications(
  db: Db,
  call: Call,
  { page }: { page: PageRequest },
): Promise<Page<OAuthApplication>> {
  authorize(call.principal, 'read', 'platform', {})
  let query = selectApplications(db)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return toPage((await query.execute()).map(toApplication), page.limit)
}
