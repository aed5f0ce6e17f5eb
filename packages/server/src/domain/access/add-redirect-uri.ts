import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'

/** Lets a built-in application send users back to one more address of this server. Repeating it changes nothing. */
export async function addRedirectUri(
  db: Db,
  { clientId, redirectUri }: { clientId: string; redirectUri: string },
): Promise<void> {
  await db
    .updateTable('oauth_applications')
    .set({ redirect_uris: sql<string[]>`array_append(redirect_uris, ${redirectUri})` })
    .where('client_id', '=', clientId)
    .where(sql<boolean>`not ${redirectUri} = any(redirect_uris)`)
    .execute()
}
