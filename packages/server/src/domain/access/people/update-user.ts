import { sql } from 'kysely'
import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorize } from '../authorize.ts'
import { assertAdministratorLeft } from '../bindings/assert-administrator-left.ts'
import { checkName } from '../check-name.ts'
import type { Call } from '../principal.ts'
import { deleteSessions } from './end-sessions.ts'
import { getUser } from './get-user.ts'
import type { User } from './user.ts'

export interface UserChanges {
  readonly displayName?: string | null | undefined
  readonly disabled?: boolean | undefined
}

/** What must not outlive the right to be here: tokens are asked about at each use, these are not. */
async function endAccess(tx: Tx, userId: string): Promise<void> {
  await deleteSessions(tx, userId)
  await tx.deleteFrom('password_resets').where('user_id', '=', userId).execute()
  await tx
    .updateTable('invitations')
    .set({ deleted_at: sql<Date>`now()` })
    .where('invited_by', '=', userId)
    .where('accepted_at', 'is', null)
    .where('deleted_at', 'is', null)
    .execute()
}

/**
 * Everybody may change the own name; the rest is for administrators of the platform. A disabled user can do nothing
 * by any credential, from the next request on, and the invitations it made end. Throws `user-not-found`,
 * `forbidden`, `last-administrator`, `invalid-input` for disabling oneself.
 */
export async function updateUser(db: Db, call: Call, id: string, changes: UserChanges): Promise<User> {
  const before = await getUser(db, call, id)
  const own = call.principal.type === 'user' && call.principal.userId === id
  if (!own || changes.disabled !== undefined) authorize(call.principal, 'update', 'platform', {})
  if (own && changes.disabled) {
    throw new CroftError('invalid-input', 'You cannot disable yourself.', {
      fields: [{ path: '/disabled', message: 'must be set by another administrator' }],
    })
  }
  const { displayName: name, disabled = before.disabled } = changes
  const displayName = name ? checkName(name, '/displayName') : name === undefined ? before.displayName : null
  if (displayName === before.displayName && disabled === before.disabled) return before
  return transact(db, async (tx) => {
    await tx
      .updateTable('users')
      .set({
        display_name: displayName,
        disabled_at: disabled ? sql<Date>`coalesce(disabled_at, now())` : null,
      })
      .where('id', '=', id)
      .execute()
    if (disabled && !before.disabled) {
      await endAccess(tx, id)
      await assertAdministratorLeft(tx)
    }
    const verb = disabled === before.disabled ? 'updated' : disabled ? 'disabled' : 'enabled'
    await recordEvent(tx, call, {
      workspaceId: null,
      action: `user.${verb}`,
      subjectType: 'user',
      subjectId: id,
      before: { displayName: before.displayName, disabled: before.disabled },
      after: { displayName, disabled },
    })
    return getUser(tx, call, id)
  })
}
