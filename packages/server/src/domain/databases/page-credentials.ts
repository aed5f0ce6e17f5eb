import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { type NumberedPage, pageByNumber, type WhichPage } from '../aliases/index.ts'
import type { Credential } from './entities.ts'
import { quarantineFilter } from './quarantine.ts'
import { isHiddenCredential, selectCredentials, toCredential } from './read-credentials.ts'
import { CREDENTIAL_COLUMNS, credentialFields } from './subjects.ts'

/** As `pageDatabases`: those of a database in quarantine are there for who manages that. */
export async function pageCredentials(
  db: Db,
  call: Call,
  which: WhichPage,
): Promise<NumberedPage<Credential> | null> {
  const readable = filterOf(call.principal, 'read', 'credentials', CREDENTIAL_COLUMNS)
  const inSight = quarantineFilter(call, 'any')
  const hidden = new Set<string>()
  return pageByNumber<Credential>(
    db,
    {
      ids: db
        .selectFrom('credentials')
        .innerJoin('databases', 'databases.id', 'credentials.database_id')
        .innerJoin('projects', 'projects.id', 'databases.project_id')
        .where('credentials.deleted_at', 'is', null)
        .where('databases.deleted_at', 'is', null)
        .where('databases.state', '!=', 'deleting')
        .where(readable.where)
        .where(inSight.where)
        .select('credentials.id'),
      exact: readable.exact && inSight.exact,
      isReadable: (found) =>
        !hidden.has(found.id) && isAllowed(call.principal, 'read', 'credentials', credentialFields(found)),
      async load(wanted) {
        const isWanted = sql<boolean>`credentials.id = any(${wanted}::uuid[])`
        const rows = await selectCredentials(db).where(isWanted).execute()
        for (const row of rows) if (isHiddenCredential(call, row, { quarantined: 'any' })) hidden.add(row.id)
        return rows.map(toCredential)
      },
    },
    which,
  )
}
