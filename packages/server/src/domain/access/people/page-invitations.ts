import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../../sorted-page.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import type { Call } from '../principal.ts'
import { type Invitation, selectOpenInvitations, stillGood, toInvitation } from './invitation.ts'

export interface InvitationFilter {
  readonly organizationId: string
  readonly id?: string | undefined
  readonly email?: string | undefined
  readonly role?: string | undefined
  readonly page: SortedPageRequest
}

const COLUMNS = {
  id: sql.ref('invitations.id'),
  email: sql.ref('invitations.email'),
  role_name: sql.ref('invitations.role'),
  created_at: sql.ref('invitations.created_at'),
}

/** Invitations to the organization itself that can still be taken, in any order. Throws `organization-not-found`. */
export async function pageInvitations(
  db: Db,
  call: Call,
  filter: InvitationFilter,
): Promise<SortedPage<Invitation & { readonly updatedAt: Date }>> {
  const { organizationId: id } = filter
  await authorizeScope(db, call, 'read', { type: 'organization', id })
  let query = selectOpenInvitations(db)
    .where(stillGood)
    .where('scope_type', '=', 'organization')
    .where('scope_id', '=', id)
    .select('invitations.updated_at')
  if (filter.id !== undefined) query = query.where('invitations.id', '=', filter.id)
  if (filter.email !== undefined) query = query.where('email', '=', filter.email)
  if (filter.role !== undefined) query = query.where('role', '=', filter.role)
  return readSortedPage(
    {
      query,
      columns: COLUMNS,
      id: sql.ref<string>('invitations.id'),
      toItem: (row) => ({ ...toInvitation(row), updatedAt: row.updated_at }),
    },
    filter.page,
  )
}
