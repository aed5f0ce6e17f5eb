import type { Db } from '../../../platform/db/index.ts'
import { type Page, type PageRequest, toPage } from '../../page.ts'
import type { Call } from '../principal.ts'
import { authorizedUsers } from './known-users.ts'
import { selectUsers, toUser, type User } from './user.ts'

/**
 * Ordered by id. Administrators of the platform see everybody, those of an organization its members. `email` finds
 * one. Throws `forbidden`.
 */
export async function listUsers(
  db: Db,
  call: Call,
  { page, email }: { page: PageRequest; email?: string | undefined },
): Promise<Page<User>> {
  let query = selectUsers(db)
    .where(authorizedUsers(call.principal))
    .orderBy('id')
    .limit(page.limit + 1)
  if (email !== undefined) {
    query = query.where((eb) =>
      eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])),
    )
  }
  if (page.after) query = query.where('id', '>', page.after)
  return toPage((await query.execute()).map(toUser), page.limit)
}
