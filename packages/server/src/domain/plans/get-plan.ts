import type { Db, Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { type Plan, selectPlans, toPlan } from './plan.ts'

/** For anybody who is logged in. Throws `plan-not-found`. */
export async function getPlan(db: Db, call: Call, id: string): Promise<Plan> {
  authorize(call.principal, 'read', 'regions', {})
  return findPlan(db, id)
}

/** Authorizes nothing. With `hold` nobody else changes or deletes it until the transaction ends. */
export async function findPlan(db: Executor, id: string, hold = false): Promise<Plan> {
  let query = selectPlans(db).where('plans.id', '=', id)
  if (hold) query = query.forUpdate('plans')
  const row = await query.executeTakeFirst()
  if (row) return toPlan(row)
  throw new CroftError('plan-not-found', 'There is no plan with this id.', {
    hint: 'List them: croft plan list',
  })
}
