import { transact } from '../../../platform/db/index.ts'
import { isRoleName, roleOf } from '../rules/roles.ts'
import { newToken, TOKEN_PREFIXES } from '../token-format.ts'
import { hashToken } from '../token-hash.ts'
import { describePlace, placeOf, selectOpenInvitations, stillGood, toInvitation } from './invitation.ts'
import type { MailDeps } from './mail-job.ts'

/** Sends an invitation that is still open; its token is made here, so that no other place ever has it. */
export async function mailInvitation({ db, mailer, origin }: MailDeps, id: string): Promise<void> {
  const made = await transact(db, async (tx) => {
    const row = await selectOpenInvitations(tx)
      .where('id', '=', id)
      .where(stillGood)
      .forUpdate()
      .executeTakeFirst()
    const invitation = row ? toInvitation(row) : undefined
    const place = invitation ? await placeOf(tx, invitation) : undefined
    if (!invitation || !place) return null
    const token = newToken(TOKEN_PREFIXES.invitation)
    await tx
      .updateTable('invitations')
      .set({ token_hash: hashToken(token) })
      .where('id', '=', id)
      .execute()
    return { invitation, place, token }
  })
  if (!made) return
  const { email, role } = made.invitation
  const title = isRoleName(role) ? ` (${roleOf(role).title})` : ''
  await mailer.send({
    to: email,
    subject: 'You are invited to Croft',
    text: `You are invited to ${describePlace(made.place)} at ${origin}, as ${role}${title}.

Accept it here within a week:

${origin}/invitation?token=${made.token}

If you do not know why you get this, do nothing.
`,
  })
}
