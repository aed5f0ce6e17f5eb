import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Organization } from './entities.ts'
import { toOrganization } from './get-organization.ts'
import { ORGANIZATION_COLUMNS } from './subjects.ts'

/** Oldest first, those in which the caller has a role, or all for administrators of the platform. */
export async function listOrganizations(db: Db, call: Call, page: PageRequest): Promise<Page<Organization>> {
  const { where, exact } = filterOf(call.principal, 'read', 'organizations', ORGANIZATION_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Organization[]> {
    let query = db.selectFrom('organizations').selectAll().where(where).orderBy('id').limit(limit)
    if (after) query = query.where('id', '>', after)
    return (await query.execute()).map(toOrganization)
  }
  const isReadable = ({ id }: Organization) => isAllowed(call.principal, 'read', 'organizations', { id })
  return listReadable({ read, exact, isReadable }, page)
}
