import type { Executor } from '../../platform/db/connect.ts'
import type { Ordered } from './plan-of.ts'
import { plansOf } from './plans-of.ts'

/** The kinds of databases that name no environment themselves and are shown in this one, see `planOf`. */
export async function shownIn(db: Executor, environmentId: string): Promise<readonly Ordered[]> {
  const rows = await db
    .selectFrom('databases')
    .select(['engine', 'version', 'size', 'region', 'plan_id'])
    .distinct()
    .where('environment_id', 'is', null)
    .where('deleted_at', 'is', null)
    .execute()
  const kinds = rows.map(({ plan_id: planId, ...kind }, index) => ({
    ...{ ...kind, planId, environmentId: null },
    id: String(index),
  }))
  const shown = await plansOf(db, kinds)
  return kinds.filter(({ id }) => shown.get(id)?.environmentId === environmentId)
}
