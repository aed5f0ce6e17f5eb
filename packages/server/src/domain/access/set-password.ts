import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { recordEvent } from '../events/index.ts'
import { authorize } from './authorize.ts'
import { hashPassword } from './password.ts'
import type { Call } from './principal.ts'

/**
 * Gives a user another password and ends the user's sessions. For platform administrators, e.g. when
 * bootstrap.json was lost. Throws `invalid-input` for an unknown user or a bad password, `forbidden`.
 */
export async function setPassword(
  db: Db,
  call: Call,
  { email, password }: { email: string; password: string },
): Promise<void> {
  authorize(call.principal, 'update', 'platform', {})
  const passwordHash = await hashPassword(password)
  await transact(db, async (tx) => {
    const user = await tx
      .updateTable('users')
      .set({ password_hash: passwordHash })
      .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', email.toLowerCase()))
      .returning('id')
      .executeTakeFirst()
    if (!user) throw new CroftError('invalid-input', 'There is no user with this email.')
    await tx.deleteFrom('sessions').where('user_id', '=', user.id).execute()
    await tx.deleteFrom('password_resets').where('user_id', '=', user.id).execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.password-set',
      subjectType: 'user',
      subjectId: user.id,
    })
  })
}
