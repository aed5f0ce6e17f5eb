import { type Db, transact } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { recordEvent } from '../events/index.ts'
import { authorize } from './authorize.ts'
import { hashPassword } from './password.ts'
import type { Call } from './principal.ts'

/**
 * Makes sure that a user with this email exists and administers the platform. The password is only for a user
 * who is new; `created` says whether that was so. Safe when two processes start at once.
 */
export async function ensureAdministrator(
  db: Db,
  call: Call,
  { email, password }: { email: string; password: string },
): Promise<{ readonly userId: string; readonly created: boolean }> {
  authorize(call.principal, 'create', 'platform', {})
  const passwordHash = await hashPassword(password)
  return await transact(db, async (tx) => {
    const inserted = await tx
      .insertInto('users')
      .values({ id: newId(), email, password_hash: passwordHash })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    const { id } =
      inserted ??
      (await tx
        .selectFrom('users')
        .select('id')
        .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', email.toLowerCase()))
        .executeTakeFirstOrThrow())
    const bound = await tx
      .insertInto('role_bindings')
      .values({ id: newId(), user_id: id, role: 'platform-admin', scope_type: 'platform', scope_id: null })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    const event = { workspaceId: null, subjectType: 'user', subjectId: id }
    if (inserted) await recordEvent(tx, call, { ...event, action: 'user.created', after: { email } })
    if (bound) {
      const after = { role: 'platform-admin', scope: 'platform' }
      await recordEvent(tx, call, { ...event, action: 'user.role-given', after })
    }
    return { userId: id, created: inserted !== undefined }
  })
}
