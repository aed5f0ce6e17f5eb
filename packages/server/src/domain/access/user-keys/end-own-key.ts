import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Call } from '../principal.ts'

/**
 * A user's API key lets go of itself: the one thing about keys that a key may do, since it takes nothing that whoever
 * holds it could not give up anyway. For a logout of a program that holds one. False for any other caller.
 */
export async function endOwnKey(db: Db, call: Call): Promise<boolean> {
  const { byOwnKey, tokenId, userId } = call.principal
  if (!byOwnKey || tokenId === null) return false
  await transact(db, async (tx) => {
    const ended = await tx
      .updateTable('access_tokens')
      .set({ revoked_at: sql<Date>`now()`, sealed: null })
      .where('id', '=', tokenId)
      .where('kind', '=', 'user-key')
      .where('revoked_at', 'is', null)
      .returning('name')
      .executeTakeFirst()
    if (!ended) return
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user-key.deleted',
      subjectType: 'user-key',
      subjectId: tokenId,
      before: { userId, name: ended.name, by: 'logout' },
    })
  })
  return true
}
