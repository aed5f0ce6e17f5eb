import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Credential } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { selectCredentials, toCredential } from './read-credentials.ts'
import { CREDENTIAL_COLUMNS, credentialFields } from './subjects.ts'

/** Oldest first; of one database, or of all that the caller may read. Throws `database-not-found`. */
export async function listCredentials(
  db: Db,
  call: Call,
  filter: { databaseId?: string | undefined; page: PageRequest },
): Promise<Page<Credential>> {
  if (filter.databaseId) await getDatabase(db, call, filter.databaseId)
  const { where, exact } = filterOf(call.principal, 'read', 'credentials', CREDENTIAL_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Credential[]> {
    let query = selectCredentials(db).where(where).orderBy('credentials.id').limit(limit)
    if (filter.databaseId) query = query.where('credentials.database_id', '=', filter.databaseId)
    if (after) query = query.where('credentials.id', '>', after)
    return (await query.execute()).map(toCredential)
  }
  const isReadable = (found: Credential) =>
    isAllowed(call.principal, 'read', 'credentials', credentialFields(found))
  return listReadable({ read, exact, isReadable }, filter.page)
}
