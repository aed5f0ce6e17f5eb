import type { Db } from '../../platform/db/connect.ts'
import { type Call, readableWorkspaces } from '../access/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { Credential } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { selectCredentials, toCredential } from './read-credentials.ts'

/** Oldest first; of one database, or of all that the caller may read. Throws `database-not-found`. */
export async function listCredentials(
  db: Db,
  call: Call,
  filter: { databaseId?: string | undefined; page: PageRequest },
): Promise<Page<Credential>> {
  const workspaces = readableWorkspaces(call.principal)
  const { page } = filter
  if (filter.databaseId) await getDatabase(db, call, filter.databaseId)
  let query = selectCredentials(db)
    .orderBy('credentials.id')
    .limit(page.limit + 1)
  if (workspaces !== 'all') query = query.where('projects.workspace_id', 'in', [...workspaces])
  if (filter.databaseId) query = query.where('credentials.database_id', '=', filter.databaseId)
  if (page.after) query = query.where('credentials.id', '>', page.after)
  return toPage((await query.execute()).map(toCredential), page.limit)
}
