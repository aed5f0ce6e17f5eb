import type { Executor } from '../../platform/db/index.ts'
import { chainStart } from './seal-events.ts'

/** What retention calls its own event, which tells how many it has deleted so far. */
export const EXPIRED = 'events.expired'

export function newestExpired(db: Executor) {
  return db
    .selectFrom('events')
    .select(['id', 'after'])
    .where('actor_type', '=', 'system')
    .where('action', '=', EXPIRED)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Events deleted since the beginning, as retention itself has written into the trail. */
export async function deletedAsTold(db: Executor): Promise<number> {
  const total = (await newestExpired(db))?.after?.total
  return typeof total === 'number' ? total : 0
}

/** Events deleted since the beginning, by the links that say so. */
export async function countDeleted(db: Executor): Promise<number> {
  const { sequence } = await chainStart(db)
  const { count } = await db
    .selectFrom('event_links')
    .where('deleted_at', 'is not', null)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return sequence + count
}
