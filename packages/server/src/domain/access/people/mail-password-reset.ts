import { transact } from '../../../platform/db/index.ts'
import { recordEvent } from '../../events/index.ts'
import { systemCall } from '../principal.ts'
import { insertReset } from './insert-reset.ts'
import type { MailDeps } from './mail-job.ts'

/** Sends a link to the user with this email, who has a password to reset; to nobody else. */
export async function mailPasswordReset(
  { db, mailer, origin }: MailDeps,
  email: string,
  jobId: string,
): Promise<void> {
  const made = await transact(db, async (tx) => {
    const user = await tx
      .selectFrom('users')
      .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
      .where('disabled_at', 'is', null)
      .where('password_hash', 'is not', null)
      .select(['id', 'email'])
      .executeTakeFirst()
    if (!user) return null
    const { token } = await insertReset(tx, user.id)
    await recordEvent(tx, systemCall('mail', `job-${jobId}`), {
      workspaceId: null,
      action: 'user.password-reset-begun',
      subjectType: 'user',
      subjectId: user.id,
      after: { by: 'mail' },
    })
    return { email: user.email, token }
  })
  if (!made) return
  await mailer.send({
    to: made.email,
    subject: 'Reset your Croft password',
    text: `Somebody, probably you, asked for a new password for ${made.email} at ${origin}.

Choose it here within an hour:

${origin}/reset-password?token=${made.token}

If it was not you, do nothing: your password stays as it is.
`,
  })
}
