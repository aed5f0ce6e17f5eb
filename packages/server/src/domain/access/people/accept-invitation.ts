import { type Db, sqlState, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { checkName } from '../check-name.ts'
import { login } from '../login.ts'
import { hashPassword } from '../password.ts'
import type { Principal } from '../principal.ts'
import { findInvitation, lockInvitation } from './find-invitation.ts'
import { giveInvited } from './give-invited.ts'
import { startSession, type Visitor } from './start-session.ts'
import { userCall } from './user-call.ts'

const UNIQUE_VIOLATION = '23505'

export interface Acceptance extends Visitor {
  readonly token: string
  /** A new user's choice, or what an existing one logs in with. */
  readonly password?: string | undefined
  readonly code?: string | undefined
  readonly displayName?: string | undefined
}

export interface AcceptDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly sendsMail: boolean
}

/** A user who comes by the invitation; the token stands for the address only when it came by mail. */
async function join(deps: AcceptDeps, given: Acceptance): Promise<string> {
  if (given.password === undefined) {
    const message = 'is required for a new user'
    throw new CroftError('invalid-input', `The password ${message}.`, {
      fields: [{ path: '/password', message }],
    })
  }
  const displayName = given.displayName ? checkName(given.displayName, '/displayName') : null
  const passwordHash = await hashPassword(given.password)
  return transact(deps.db, async (tx) => {
    const found = await lockInvitation(tx, given.token)
    const user = { id: newId(), email: found.invitation.email }
    await tx
      .insertInto('users')
      .values({
        ...user,
        display_name: displayName,
        password_hash: passwordHash,
        email_unproven: !deps.sendsMail,
      })
      .execute()
    const call = userCall(user, given.requestId)
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user.created',
      subjectType: 'user',
      subjectId: user.id,
      after: { email: user.email, displayName, by: 'invitation' },
    })
    await giveInvited(tx, call, found, user.id)
    return startSession(tx, user, given, { method: 'invitation' })
  })
}

/**
 * Takes the role of an invitation: `visitor` is who is logged in already, if anybody. A new user chooses a password;
 * one who exists logs in, unless it is the visitor. Answers the secret of the session that began, null for the
 * visitor's. Throws `invitation-not-found`, `invalid-input`, and whatever `login` does.
 */
export async function acceptInvitation(
  deps: AcceptDeps,
  visitor: Principal | null,
  given: Acceptance,
): Promise<string | null> {
  const { user } = await findInvitation(deps.db, given.token)
  if (user === null && visitor && given.password === undefined) {
    throw new CroftError('forbidden', 'The invitation is for somebody else.')
  }
  if (user === null) {
    try {
      return await join(deps, given)
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error
      throw new CroftError('email-taken', 'A user with this email was made meanwhile; log in as it.')
    }
  }
  const isVisitor = visitor?.type === 'user' && visitor.userId === user.id
  let session: string | null = null
  if (!isVisitor) {
    if (given.password === undefined) {
      if (visitor) throw new CroftError('forbidden', 'The invitation is for somebody else.')
      throw new CroftError('not-authenticated', `Log in as ${user.email} to accept this invitation.`)
    }
    session = await login(deps, { ...given, email: user.email, password: given.password })
  }
  await transact(deps.db, async (tx) => {
    const found = await lockInvitation(tx, given.token)
    await giveInvited(tx, userCall(user, given.requestId), found, user.id)
  })
  return session
}
