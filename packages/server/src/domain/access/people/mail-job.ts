import type { Logger } from 'pino'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Db } from '../../../platform/db/index.ts'
import { type Mailer, MailRefused } from '../../../platform/mail/index.ts'
import { mailInvitation } from './mail-invitation.ts'
import { mailPasswordReset } from './mail-password-reset.ts'

/** Name of the job. Its payload has no secret: the link is made when the mail goes out. */
export const MAIL_JOB = 'send-mail'
/** Over about three quarters of an hour; who still waits then asks again. */
export const MAIL_ATTEMPTS = 8

export const MailPayload = Type.Union([
  Type.Object({ kind: Type.Literal('password-reset'), email: Type.String() }),
  Type.Object({ kind: Type.Literal('invitation'), invitationId: Type.String() }),
])
export type MailPayload = Static<typeof MailPayload>
const check = Compile(MailPayload)

export interface MailDeps {
  readonly db: Db
  readonly mailer: Mailer
  /** What links begin with. */
  readonly origin: string
  readonly log: Pick<Logger, 'warn'>
}

/**
 * Sends one mail. Trying again makes a new link, and the one of the try before ends. A mail that the server refuses
 * for good is given up.
 */
export async function sendMail(deps: MailDeps, payload: unknown, jobId: string): Promise<void> {
  if (!check.Check(payload)) throw new TypeError('a mail job with a payload that is none')
  try {
    if (payload.kind === 'invitation') await mailInvitation(deps, payload.invitationId)
    else await mailPasswordReset(deps, payload.email, jobId)
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error
    deps.log.warn({ err: error, kind: payload.kind }, 'a mail was refused')
  }
}
