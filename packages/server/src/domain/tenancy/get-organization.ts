import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { OrganizationsTable } from '../../platform/db/tables.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { Organization } from './entities.ts'

export const toOrganization = (row: Selectable<OrganizationsTable>): Organization => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
})

const NOT_FOUND = {
  code: 'organization-not-found',
  message: 'There is no organization with this id, or it is not accessible.',
} as const

/** The organization, if the caller may do this to it. Throws `organization-not-found`, `forbidden`. */
export async function getOrganization(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<Organization> {
  const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst()
  const found = row && toOrganization(row)
  return authorizeFound(call.principal, action, 'organizations', found, ({ id }) => ({ id }), NOT_FOUND)
}
