import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Call } from '../principal.ts'
import { lockUser } from './create-user-key.ts'
import { keyNotFound, requireUser, selectUserKeys } from './user-key.ts'

/**
 * Only a key that is switched off or has expired: what still works is switched off first, and may be switched on
 * again if it was the wrong one. Throws `key-enabled`, `key-not-found`, `forbidden`.
 */
export async function deleteUserKey(db: Db, call: Call, id: string): Promise<void> {
  const userId = requireUser(call)
  if (!isUuid(id)) throw keyNotFound()
  await transact(db, async (tx) => {
    await lockUser(tx, userId)
    const row = await selectUserKeys(tx, userId)
      .where('id', '=', id)
      .select(sql<boolean>`coalesce(expires_at <= now(), false)`.as('expired'))
      .executeTakeFirst()
    if (!row) throw keyNotFound()
    if (row.disabled_at === null && !row.expired) {
      throw new CroftError('key-enabled', 'The key still works, so it cannot be deleted.', {
        hint: 'Switch it off first.',
      })
    }
    await tx
      .updateTable('access_tokens')
      // Its value is of no use any more and need not lie about.
      .set({ revoked_at: sql<Date>`now()`, sealed: null })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user-key.deleted',
      subjectType: 'user-key',
      subjectId: id,
      before: { userId, name: row.name },
    })
  })
}
