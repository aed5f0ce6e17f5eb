import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { OauthApplicationsTable } from '../../platform/db/tables.ts'
import type { OAuthApplication } from './entities.ts'

type Row = Selectable<OauthApplicationsTable>

export function selectApplications(db: Executor) {
  return db.selectFrom('oauth_applications').where('deleted_at', 'is', null).selectAll()
}

export function toApplication(row: Row): OAuthApplication {
  return {
    id: row.id,
    clientId: row.client_id,
    name: row.name,
    redirectUris: row.redirect_uris,
    confidential: row.client_secret_hash !== null,
    createdAt: row.created_at,
  }
}

/** The application a client says it is; undefined for anything else. */
export async function findClient(db: Executor, clientId: string): Promise<OAuthApplication | undefined> {
  // What RFC 6749 allows in a client id; PostgreSQL refuses some other characters with an error.
  if (!/^[\x20-\x7e]{1,255}$/.test(clientId)) return undefined
  const row = await selectApplications(db).where('client_id', '=', clientId).executeTakeFirst()
  return row && toApplication(row)
}
