import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'

/** Ends every token that the identity has, with the transaction. */
export async function revokeTokens(tx: Tx, identityId: string): Promise<void> {
  await tx
    .updateTable('access_tokens')
    .set({ revoked_at: sql<Date>`now()` })
    .where('identity_id', '=', identityId)
    .where('revoked_at', 'is', null)
    .execute()
}
