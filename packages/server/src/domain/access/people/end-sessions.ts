import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Call } from '../principal.ts'
import { ownUserId } from './own-user.ts'

/** Ends a user's sessions, all but `except`, and those that are about to begin by a code; answers how many. */
export async function deleteSessions(tx: Tx, userId: string, except: string | null = null): Promise<number> {
  await tx.deleteFrom('sign_in_codes').where('user_id', '=', userId).execute()
  let query = tx.deleteFrom('sessions').where('user_id', '=', userId)
  if (except !== null) query = query.where('id', '!=', except)
  const { numDeletedRows } = await query.executeTakeFirst()
  return Number(numDeletedRows)
}

/** Ends one of the caller's own sessions, perhaps the one that asks. Throws `session-not-found`, `forbidden`. */
export async function endSession(db: Db, call: Call, id: string): Promise<void> {
  const userId = ownUserId(call)
  await transact(db, async (tx) => {
    const ended = await tx
      .deleteFrom('sessions')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .returning('id')
      .executeTakeFirst()
    if (!ended) throw new CroftError('session-not-found', 'You have no session with this id.')
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'session.ended',
      subjectType: 'session',
      subjectId: id,
    })
  })
}

/** Ends all of the caller's own sessions except the one that asks. Throws `forbidden`. */
export async function endOtherSessions(db: Db, call: Call): Promise<void> {
  const userId = ownUserId(call)
  await transact(db, async (tx) => {
    const ended = await deleteSessions(tx, userId, call.principal.tokenId)
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.other-sessions-ended',
      subjectType: 'user',
      subjectId: userId,
      after: { ended },
    })
  })
}
