import type { Executor } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Call } from '../principal.ts'
import { knownUsers } from './known-users.ts'
import { selectUsers, toUser, USER_NOT_FOUND, type User } from './user.ts'

/** Oneself, or one that `listUsers` would show. Throws `user-not-found`. */
export async function getUser(db: Executor, call: Call, id: string): Promise<User> {
  const known = call.principal.userId === id ? undefined : knownUsers(call.principal)
  if (known !== null) {
    let query = selectUsers(db).where('id', '=', id)
    if (known) query = query.where(known)
    const row = await query.executeTakeFirst()
    if (row) return toUser(row)
  }
  throw new CroftError(USER_NOT_FOUND.code, USER_NOT_FOUND.message)
}
