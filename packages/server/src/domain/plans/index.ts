import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { createPlan, type NewPlan } from './create-plan.ts'
import { deletePlan } from './delete-plan.ts'
import { getPlan } from './get-plan.ts'
import { listPlans } from './list-plans.ts'
import type { Ordered } from './plan-of.ts'
import { plansOf } from './plans-of.ts'
import { type PlanChanges, updatePlan } from './update-plan.ts'

export { holdOrder } from './hold-order.ts'
export type { Plan } from './plan.ts'
export { type Ordered, type PlanOf, planOf } from './plan-of.ts'
export { seedPlans } from './seed-plans.ts'
export { shownIn } from './shown-in.ts'

/** What can be ordered. */
export function createPlans({ db }: { db: Db }) {
  return {
    listPlans: (call: Call, filter?: { engine?: string | undefined }) => listPlans(db, call, filter),
    getPlan: (call: Call, id: string) => getPlan(db, call, id),
    createPlan: (call: Call, input: NewPlan) => createPlan(db, call, input),
    updatePlan: (call: Call, id: string, changes: PlanChanges) => updatePlan(db, call, id, changes),
    deletePlan: (call: Call, id: string) => deletePlan(db, call, id),
    /** The plan and environment of each, by id. Authorizes nothing. */
    plansOf: (databases: readonly (Ordered & { readonly id: string })[]) => plansOf(db, databases),
  }
}
export type Plans = ReturnType<typeof createPlans>
