import { sql } from 'kysely'
import type { Tx } from '../../platform/db/connect.ts'
import { recordEvent } from '../events/index.ts'
import type { Call } from './principal.ts'

function openGrants(tx: Tx) {
  return tx.updateTable('oauth_grants').set({ revoked_at: sql<Date>`now()` }).where('revoked_at', 'is', null)
}
type OpenGrants = ReturnType<typeof openGrants>

/**
 * Revokes the grants that `which` narrows down to, with their access tokens; refresh tokens and codes die with
 * their grant. Answers how many there were.
 */
export async function endGrants(
  tx: Tx,
  call: Call,
  which: (grants: OpenGrants) => OpenGrants,
  reason: string,
): Promise<number> {
  const ended = await which(openGrants(tx))
    .returning(['id', 'workspace_id', 'user_id', 'application_id'])
    .execute()
  if (ended.length === 0) return 0
  await tx
    .updateTable('access_tokens')
    .set({ revoked_at: sql<Date>`now()` })
    .where(
      'grant_id',
      'in',
      ended.map((grant) => grant.id),
    )
    .where('revoked_at', 'is', null)
    .execute()
  for (const grant of ended) {
    await recordEvent(tx, call, {
      workspaceId: grant.workspace_id,
      action: 'grant.revoked',
      subjectType: 'grant',
      subjectId: grant.id,
      before: { userId: grant.user_id, applicationId: grant.application_id },
      after: { reason },
    })
  }
  return ended.length
}
