import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Credential } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { quarantineFilter, type Sight } from './quarantine.ts'
import {
  type CredentialRow,
  isHiddenCredential,
  selectCredentials,
  toCredential,
} from './read-credentials.ts'
import { CREDENTIAL_COLUMNS, credentialFields } from './subjects.ts'

export interface CredentialFilter extends Sight {
  readonly databaseId?: string | undefined
  readonly page: PageRequest
}

/** Oldest first; of one database, or of all that the caller may read. Throws `database-not-found`. */
export async function listCredentials(
  db: Db,
  call: Call,
  { databaseId, page, ...sight }: CredentialFilter,
): Promise<Page<Credential>> {
  if (databaseId) await getDatabase(db, call, databaseId, 'read', sight)
  const readable = filterOf(call.principal, 'read', 'credentials', CREDENTIAL_COLUMNS)
  const inSight = quarantineFilter(call, sight.quarantined)
  async function read(after: string | null, limit: number): Promise<CredentialRow[]> {
    let query = selectCredentials(db)
      .where(readable.where)
      .where(inSight.where)
      .orderBy('credentials.id')
      .limit(limit)
    if (databaseId) query = query.where('credentials.database_id', '=', databaseId)
    if (after) query = query.where('credentials.id', '>', after)
    return query.execute()
  }
  const isReadable = (row: CredentialRow) =>
    !isHiddenCredential(call, row, sight) &&
    isAllowed(call.principal, 'read', 'credentials', credentialFields(toCredential(row)))
  const found = await listReadable({ read, exact: readable.exact && inSight.exact, isReadable }, page)
  return { ...found, items: found.items.map(toCredential) }
}
