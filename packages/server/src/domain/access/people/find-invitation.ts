import type { Executor, Tx } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Place } from '../bindings/place.ts'
import { tokenPrefixOf } from '../token-format.ts'
import { hashToken } from '../token-hash.ts'
import { type Invitation, placeOf, selectOpenInvitations, stillGood, toInvitation } from './invitation.ts'

export interface FoundInvitation {
  readonly invitation: Invitation
  readonly place: Place
  /** The user who has its email already. */
  readonly user: { readonly id: string; readonly email: string; readonly hasPassword: boolean } | null
}

async function find(db: Executor, token: string, lock: boolean): Promise<FoundInvitation> {
  const query = selectOpenInvitations(db).where('token_hash', '=', hashToken(token)).where(stillGood)
  const row =
    tokenPrefixOf(token) === undefined
      ? undefined
      : await (lock ? query.forUpdate() : query).executeTakeFirst()
  const invitation = row ? toInvitation(row) : undefined
  const place = invitation ? await placeOf(db, invitation) : undefined
  if (!invitation || !place) {
    throw new CroftError(
      'invitation-not-found',
      'The invitation is unknown, was accepted or withdrawn before, or is older than a week.',
      { hint: 'Ask who invited you for another one.' },
    )
  }
  const user = await db
    .selectFrom('users')
    .where((eb) =>
      eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(invitation.email)])),
    )
    .select(['id', 'email', 'password_hash'])
    .executeTakeFirst()
  return {
    invitation,
    place,
    user: user ? { id: user.id, email: user.email, hasPassword: user.password_hash !== null } : null,
  }
}

/** What a token invites to. Throws `invitation-not-found`. */
export const findInvitation = (db: Executor, token: string) => find(db, token, false)
/** As `findInvitation`, and nobody else accepts or withdraws it until the transaction ends. */
export const lockInvitation = (tx: Tx, token: string) => find(tx, token, true)
