import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { addJob } from '../../../platform/queue/index.ts'
import { countReset } from '../login-attempts.ts'
import { checkEmail } from './check-email.ts'
import { MAIL_ATTEMPTS, MAIL_JOB, type MailPayload } from './mail-job.ts'

/**
 * Sends a link for a new password to the user with this email. Does and answers the same whether there is one: the job
 * looks. Throws `rate-limited`, and `not-supported` where no mail server is set.
 */
export async function requestPasswordReset(
  { db, sendsMail }: { db: Db; sendsMail: boolean },
  given: { readonly email: string; readonly address: string },
): Promise<void> {
  if (!sendsMail) {
    throw new CroftError('not-supported', 'This installation sends no mail.', {
      hint: 'Ask an administrator for a link that resets your password.',
    })
  }
  const email = checkEmail(given.email)
  await countReset(db, email, given.address)
  const payload: MailPayload = { kind: 'password-reset', email }
  await transact(db, (tx) => addJob(tx, MAIL_JOB, payload, { maxAttempts: MAIL_ATTEMPTS }))
}
