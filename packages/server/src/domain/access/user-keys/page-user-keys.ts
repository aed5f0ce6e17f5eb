import { sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../../sorted-page.ts'
import type { Call } from '../principal.ts'
import { requireUser, selectUserKeys, toUserKey, type UserKey } from './user-key.ts'

export interface UserKeyFilter {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
  readonly page: SortedPageRequest
}

const COLUMNS = {
  id: sql.ref('access_tokens.id'),
  name: sql`coalesce(access_tokens.name, '')`,
  created_at: sql.ref('access_tokens.created_at'),
  enabled: sql`(access_tokens.disabled_at is null)`,
  expires_at: sql`coalesce(access_tokens.expires_at, 'infinity')`,
}

/** The caller's own, in any order. Throws `forbidden`. */
export async function pageUserKeys(
  { db, sealer }: { readonly db: Db; readonly sealer: Sealer },
  call: Call,
  { id, name, enabled, page }: UserKeyFilter,
): Promise<SortedPage<UserKey>> {
  const userId = requireUser(call)
  let query = selectUserKeys(db, userId)
  if (id !== undefined) query = query.where('id', '=', id)
  if (name !== undefined) query = query.where('name', '=', name)
  if (enabled !== undefined) query = query.where('disabled_at', enabled ? 'is' : 'is not', null)
  return readSortedPage(
    {
      query,
      columns: COLUMNS,
      id: sql.ref<string>('access_tokens.id'),
      toItem: (row) => toUserKey(sealer, userId, row),
    },
    page,
  )
}
