import { sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../../sorted-page.ts'
import { authorize } from '../authorize.ts'
import type { Call } from '../principal.ts'
import { requireWorkspace } from '../require-workspace.ts'
import { hashToken } from '../token-hash.ts'
import { type ServiceAccount, selectServiceAccounts, toServiceAccount } from './service-account.ts'

export interface ServiceAccountFilter {
  readonly workspaceId: string
  readonly id?: string | undefined
  readonly name?: string | undefined
  /** The one that comes with this token. */
  readonly token?: string | undefined
  readonly page: SortedPageRequest
}

const COLUMNS = {
  id: sql.ref('token.id'),
  name: sql`coalesce(token.name, '')`,
  created_at: sql.ref('token.created_at'),
}

/** A workspace's, in any order. Throws `workspace-not-found`, `forbidden`. */
export async function pageServiceAccounts(
  db: Db,
  call: Call,
  { workspaceId, id, name, token, page }: ServiceAccountFilter,
): Promise<SortedPage<ServiceAccount>> {
  await requireWorkspace(db, call, workspaceId)
  authorize(call.principal, 'read', 'tokens', { workspaceId })
  let query = selectServiceAccounts(db).where('token.workspace_id', '=', workspaceId)
  if (id !== undefined) query = query.where('token.id', '=', id)
  if (name !== undefined) query = query.where('token.name', '=', name)
  if (token !== undefined) query = query.where('token.token_hash', '=', hashToken(token))
  const found = { query, columns: COLUMNS, id: sql.ref<string>('token.id'), toItem: toServiceAccount }
  return readSortedPage(found, page)
}
