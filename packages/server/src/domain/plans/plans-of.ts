import type { Executor } from '../../platform/db/connect.ts'
import { selectPlans, toPlan } from './plan.ts'
import { type Ordered, type PlanOf, planOf } from './plan-of.ts'

/** For databases that the caller was shown, in two queries however many they are. */
export async function plansOf(
  db: Executor,
  databases: readonly (Ordered & { readonly id: string })[],
): Promise<ReadonlyMap<string, PlanOf>> {
  if (databases.length === 0) return new Map()
  const [plans, environments] = await Promise.all([
    selectPlans(db).execute(),
    db.selectFrom('environments').select(['id', 'name', 'region']).where('deleted_at', 'is', null).execute(),
  ])
  const known = { plans: plans.map(toPlan), environments }
  return new Map(databases.map((database) => [database.id, planOf(database, known)]))
}
