import { type Db, transact } from '../../platform/db/index.ts'
import { recordEvent } from '../events/index.ts'
import type { Call } from './principal.ts'
import { hashToken } from './token-hash.ts'

/** Ends a session; nothing happens when there is none. Grants given to applications stay. */
export async function logout(db: Db, call: Call, token: string): Promise<void> {
  await transact(db, async (tx) => {
    const ended = await tx
      .deleteFrom('sessions')
      .where('token_hash', '=', hashToken(token))
      .returning('user_id')
      .executeTakeFirst()
    if (!ended) return
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.logged-out',
      subjectType: 'user',
      subjectId: ended.user_id,
    })
  })
}
