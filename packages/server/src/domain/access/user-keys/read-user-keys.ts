import type { Executor } from '../../../platform/db/connect.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { type Page, type PageRequest, toPage } from '../../page.ts'
import type { Call } from '../principal.ts'
import { keyNotFound, requireUser, selectUserKeys, toUserKey, type UserKey } from './user-key.ts'

interface Deps {
  readonly db: Executor
  readonly sealer: Sealer
}

/** The caller's own, oldest first. Throws `forbidden`. */
export async function listUserKeys(
  { db, sealer }: Deps,
  call: Call,
  page: PageRequest,
): Promise<Page<UserKey>> {
  const userId = requireUser(call)
  let query = selectUserKeys(db, userId)
    .orderBy('id')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '>', page.after)
  return toPage(
    (await query.execute()).map((row) => toUserKey(sealer, userId, row)),
    page.limit,
  )
}

/** Throws `key-not-found`, also for another user's, and `forbidden`. */
export async function getUserKey({ db, sealer }: Deps, call: Call, id: string): Promise<UserKey> {
  const userId = requireUser(call)
  const row = isUuid(id)
    ? await selectUserKeys(db, userId).where('id', '=', id).executeTakeFirst()
    : undefined
  if (!row) throw keyNotFound()
  return toUserKey(sealer, userId, row)
}
