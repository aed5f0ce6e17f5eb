import type { Db } from '../../platform/db/connect.ts'
import { authorize, type Call } from '../access/index.ts'
import { type Plan, selectPlans, toPlan } from './plan.ts'

/** Every plan, oldest first. For anybody who is logged in. */
export async function listPlans(
  db: Db,
  call: Call,
  filter: { readonly engine?: string | undefined } = {},
): Promise<readonly Plan[]> {
  authorize(call.principal, 'read', 'regions', {})
  let query = selectPlans(db).orderBy('plans.id')
  if (filter.engine !== undefined) query = query.where('plans.engine', '=', filter.engine)
  return (await query.execute()).map(toPlan)
}
