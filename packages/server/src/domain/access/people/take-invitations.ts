import type { Tx } from '../../../platform/db/index.ts'
import { giveInvited } from './give-invited.ts'
import { placeOf, selectOpenInvitations, stillGood, toInvitation } from './invitation.ts'
import { userCall } from './user-call.ts'

/**
 * Gives a user who logs in the roles that its address was invited to without a link. An address that nobody has
 * proved gets none: whoever made the user may have taken somebody else's.
 */
export async function takeInvitations(
  tx: Tx,
  user: { readonly id: string; readonly email: string },
  requestId: string,
): Promise<void> {
  const rows = await selectOpenInvitations(tx)
    .where('at_login', '=', true)
    .where(stillGood)
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(user.email)])))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('users')
          .select('users.id')
          .where('users.id', '=', user.id)
          .where('users.email_unproven', '=', false),
      ),
    )
    .forUpdate()
    .execute()
  for (const invitation of rows.map(toInvitation)) {
    const place = await placeOf(tx, invitation)
    if (place) await giveInvited(tx, userCall(user, requestId), { invitation, place }, user.id)
  }
}
