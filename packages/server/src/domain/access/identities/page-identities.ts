import { sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../../sorted-page.ts'
import type { Call } from '../principal.ts'
import { authorizeIdentities } from './authorize-identities.ts'
import type { IdentityKind, ServiceIdentity } from './entities.ts'
import { selectIdentities, toIdentity } from './select-identities.ts'

export interface IdentityFilter {
  readonly kind: IdentityKind
  readonly organizationId: string
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly createdBy?: string | undefined
  readonly clientId?: string | undefined
  readonly enabled?: boolean | undefined
  readonly page: SortedPageRequest
}

const COLUMNS = {
  id: sql.ref('service_identities.id'),
  name: sql.ref('service_identities.name'),
  created_at: sql.ref('service_identities.created_at'),
  // Made by a program, or by who is gone: before all others.
  created_by: sql`coalesce(service_identities.created_by, '00000000-0000-0000-0000-000000000000')`,
}

/** In any order. Throws `organization-not-found`, `forbidden`. */
export async function pageIdentities(
  db: Db,
  call: Call,
  { kind, organizationId, page, ...filter }: IdentityFilter,
): Promise<SortedPage<ServiceIdentity>> {
  await authorizeIdentities(db, call, organizationId)
  const { id, name, createdBy, clientId, enabled } = filter
  let query = selectIdentities(db, kind).where('organization_id', '=', organizationId)
  if (id !== undefined) query = query.where('id', '=', id)
  if (name !== undefined) query = query.where('name', '=', name)
  if (createdBy !== undefined) query = query.where('created_by', '=', createdBy)
  if (clientId !== undefined) query = query.where('client_id', '=', clientId)
  if (enabled !== undefined) query = query.where('disabled_at', enabled ? 'is' : 'is not', null)
  const found = { query, columns: COLUMNS, id: sql.ref<string>('service_identities.id'), toItem: toIdentity }
  return readSortedPage(found, page)
}
