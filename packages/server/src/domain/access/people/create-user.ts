import { type Db, sqlState, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorize } from '../authorize.ts'
import { checkName } from '../check-name.ts'
import { madeBefore } from '../made-before.ts'
import { hashPassword } from '../password.ts'
import type { Call } from '../principal.ts'
import { checkEmail } from './check-email.ts'
import { getUser } from './get-user.ts'
import type { User } from './user.ts'

const UNIQUE_VIOLATION = '23505'

export interface NewUser {
  readonly email: string
  readonly displayName?: string | null | undefined
  /** Without one the user logs in at another provider, or by a link that resets it. */
  readonly password?: string | undefined
}

/** A user who holds no role yet. For administrators of the platform. Throws `email-taken`, `invalid-input`, `forbidden`. */
export async function createUser(db: Db, call: Call, input: NewUser): Promise<User> {
  authorize(call.principal, 'create', 'platform', {})
  const email = checkEmail(input.email)
  const displayName = input.displayName ? checkName(input.displayName, '/displayName') : null
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password)
  const earlier = await madeBefore(db, call, 'users')
  if (earlier) return getUser(db, call, earlier)
  const { resourceId: id = newId() } = call
  try {
    return await transact(db, async (tx) => {
      await tx
        .insertInto('users')
        .values({ id, email, display_name: displayName, password_hash: passwordHash })
        .execute()
      await recordEvent(tx, call, {
        workspaceId: null,
        action: 'user.created',
        subjectType: 'user',
        subjectId: id,
        after: { email, displayName },
      })
      return getUser(tx, call, id)
    })
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error
    throw new CroftError('email-taken', 'Another user has this email.')
  }
}
