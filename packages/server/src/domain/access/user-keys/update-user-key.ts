import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { checkName } from '../check-name.ts'
import type { Call } from '../principal.ts'
import { assertNameFree, LONGEST_NAME, lockUser } from './create-user-key.ts'
import { getUserKey } from './read-user-keys.ts'
import { requireUser, type UserKey } from './user-key.ts'

export interface UserKeyChanges {
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
}

/** Throws `key-not-found`, `name-taken`, `invalid-input`, `forbidden`. */
export async function updateUserKey(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  { id, changes }: { id: string; changes: UserKeyChanges },
): Promise<UserKey> {
  const userId = requireUser(call)
  const wanted = changes.name === undefined ? undefined : checkName(changes.name, '/name', LONGEST_NAME)
  return transact(db, async (tx) => {
    await lockUser(tx, userId)
    const before = await getUserKey({ db: tx, sealer }, call, id)
    const { name = before.name, enabled = before.enabled } = { ...changes, name: wanted }
    if (name !== before.name) await assertNameFree(tx, userId, name, id)
    await tx
      .updateTable('access_tokens')
      .set({
        name,
        disabled_at: enabled ? null : sql<Date>`coalesce(disabled_at, now())`,
        updated_at: sql<Date>`now()`,
      })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user-key.updated',
      subjectType: 'user-key',
      subjectId: id,
      before: { name: before.name, enabled: before.enabled },
      after: { name, enabled },
    })
    return getUserKey({ db: tx, sealer }, call, id)
  })
}
