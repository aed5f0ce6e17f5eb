import { sql } from 'kysely'
import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { recordEvent } from '../events/index.ts'
import { authorizeFound } from './authorize.ts'
import type { Call } from './principal.ts'
import { selectServiceTokens } from './service-tokens.ts'

const NOT_FOUND = {
  code: 'token-not-found',
  message: 'There is no service token with this id, or it is not accessible.',
} as const

/** From the next request on the token is unknown. Throws `token-not-found`, `forbidden`. */
export async function revokeServiceToken(
  db: Db,
  call: Call,
  { workspaceId, id }: { workspaceId: string; id: string },
): Promise<void> {
  const row = await selectServiceTokens(db)
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  authorizeFound(call.principal, 'delete', 'tokens', row, () => ({ workspaceId }), NOT_FOUND)
  await transact(db, async (tx) => {
    const revoked = await tx
      .updateTable('access_tokens')
      // Its value is of no use any more and need not lie about.
      .set({ revoked_at: sql<Date>`now()`, sealed: null })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returning('name')
      .executeTakeFirst()
    if (!revoked) throw new CroftError(NOT_FOUND.code, NOT_FOUND.message)
    await recordEvent(tx, call, {
      workspaceId,
      action: 'token.revoked',
      subjectType: 'token',
      subjectId: id,
      before: { name: revoked.name },
    })
  })
}
