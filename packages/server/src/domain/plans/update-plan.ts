import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { checkPlan, holdEngine } from './check-plan.ts'
import { checkDefault } from './create-plan.ts'
import { findPlan } from './get-plan.ts'
import { type Plan, rethrowNameTaken } from './plan.ts'
import { clearDefault, columnsOf, writeEnvironments } from './write-plan.ts'

export interface PlanChanges {
  readonly name?: string | undefined
  readonly description?: string | null | undefined
  readonly version?: string | null | undefined
  readonly size?: string | undefined
  /** One that is switched off is the default no more. */
  readonly isActive?: boolean | undefined
  readonly isDefault?: boolean | undefined
  readonly environmentIds?: readonly string[] | undefined
}

/**
 * Changes what is given: what is ordered from then on. Databases that were made with the plan stay as they are. For
 * administrators of the platform. Throws `plan-not-found` and what `createPlan` throws.
 */
export async function updatePlan(db: Db, call: Call, id: string, changes: PlanChanges): Promise<Plan> {
  authorize(call.principal, 'manage', 'platform', {})
  return transact(db, async (tx) => {
    const seen = await findPlan(tx, id)
    await holdEngine(tx, seen.engine)
    const before = await findPlan(tx, id, true)
    const isActive = changes.isActive ?? before.isActive
    const after: Plan = {
      id,
      engine: before.engine,
      name: changes.name ?? before.name,
      description: changes.description === undefined ? before.description : changes.description,
      version: changes.version === undefined ? before.version : changes.version,
      size: changes.size ?? before.size,
      isActive,
      isDefault: changes.isDefault ?? (before.isDefault && isActive),
      environmentIds: changes.environmentIds ?? before.environmentIds,
    }
    checkDefault(after)
    await checkPlan(tx, after)
    if (after.isDefault) await clearDefault(tx, after.engine, id)
    await tx.updateTable('plans').set(columnsOf(after)).where('id', '=', id).execute().catch(rethrowNameTaken)
    await writeEnvironments(tx, after)
    const { id: _before, ...was } = before
    const made = await findPlan(tx, id)
    const { id: _made, ...is } = made
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'plan.updated',
      subjectType: 'plan',
      subjectId: id,
      before: { ...was },
      after: { ...is },
    })
    return made
  })
}
