import type { Executor } from '../../platform/db/connect.ts'
import type { Plan } from './plan.ts'

/** Makes room for another default plan of an engine. The caller holds the engine, see `checkPlan`. */
export async function clearDefault(tx: Executor, engine: string, besides: string): Promise<void> {
  await tx
    .updateTable('plans')
    .set({ is_default: false })
    .where('engine', '=', engine)
    .where('is_default', '=', true)
    .where('id', '!=', besides)
    .execute()
}

/** Writes in which environments a plan can be ordered. */
export async function writeEnvironments(
  tx: Executor,
  { id, environmentIds }: Pick<Plan, 'id' | 'environmentIds'>,
): Promise<void> {
  await tx.deleteFrom('plan_environments').where('plan_id', '=', id).execute()
  const rows = [...new Set(environmentIds)].map((environment_id) => ({ plan_id: id, environment_id }))
  if (rows.length > 0) await tx.insertInto('plan_environments').values(rows).execute()
}

/** A plan as its columns hold it. */
export const columnsOf = (plan: Omit<Plan, 'id' | 'environmentIds'>) => ({
  name: plan.name,
  description: plan.description,
  engine: plan.engine,
  version: plan.version,
  size: plan.size,
  is_active: plan.isActive,
  is_default: plan.isDefault,
})
