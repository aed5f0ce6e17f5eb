import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import type { Identity } from '../../../platform/oidc/index.ts'
import { recordEvent } from '../../events/index.ts'
import { checkEmail } from './check-email.ts'
import { deleteSessions } from './end-sessions.ts'
import { userCall } from './user-call.ts'

interface Identified {
  readonly id: string
  readonly email: string
}

const disabled = () => new CroftError('forbidden', 'This user is disabled here. Ask an administrator.')

/**
 * An account whose address nobody had proved may be somebody else's trap: its password and tokens end before the
 * owner of the address is let in.
 */
async function takeOver(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      password_hash: null,
      totp_secret: null,
      totp_confirmed_at: null,
      totp_last_step: null,
      recovery_codes: [],
      email_unproven: false,
    })
    .where('id', '=', id)
    .execute()
  await deleteSessions(tx, id)
  await tx
    .updateTable('access_tokens')
    .set({ revoked_at: sql<Date>`now()` })
    .where('user_id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
  await tx
    .updateTable('oauth_grants')
    .set({ revoked_at: sql<Date>`now()` })
    .where('user_id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
}

function verifiedEmail({ email, emailVerified }: Identity): string {
  if (email !== undefined && emailVerified) return checkEmail(email)
  throw new CroftError('forbidden', 'The provider does not say that your email address is verified.', {
    hint: 'Verify it there, or log in with a password.',
  })
}

function displayNameOf({ name }: Identity): string | null {
  const clean = name
    ?.replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 255)
  return clean || null
}

/**
 * The user behind an identity of the provider: the one that it was linked to, else the one with its verified email,
 * which is linked now, else a new one who holds no role yet. Throws `forbidden` for a disabled user and for an
 * unknown one whose email is not verified.
 */
export async function identifyUser(tx: Tx, identity: Identity, requestId: string): Promise<Identified> {
  const { issuer, subject } = identity
  const linked = await tx
    .selectFrom('user_identities')
    .innerJoin('users', 'users.id', 'user_identities.user_id')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .select(['users.id', 'users.email', 'users.disabled_at'])
    .executeTakeFirst()
  if (linked?.disabled_at) throw disabled()
  if (linked) return linked

  const email = verifiedEmail(identity)
  const inserted = await tx
    .insertInto('users')
    .values({ id: newId(), email, display_name: displayNameOf(identity), password_hash: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'email'])
    .executeTakeFirst()
  const user =
    inserted ??
    (await tx
      .selectFrom('users')
      .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
      .select(['id', 'email', 'disabled_at', 'email_unproven'])
      .forUpdate()
      .executeTakeFirstOrThrow())
  if ('disabled_at' in user && user.disabled_at !== null) throw disabled()
  const unproven = 'email_unproven' in user && user.email_unproven
  if (unproven) await takeOver(tx, user.id)
  const call = userCall(user, requestId)
  const about = { workspaceId: null, subjectType: 'user', subjectId: user.id }
  if (inserted) {
    await recordEvent(tx, call, { ...about, action: 'user.created', after: { email, by: 'oidc', issuer } })
  }
  await tx
    .insertInto('user_identities')
    .values({ issuer, subject, user_id: user.id })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await recordEvent(tx, call, {
    ...about,
    action: 'user.identity-linked',
    after: { issuer, subject, credentialsEnded: unproven },
  })
  return user
}
