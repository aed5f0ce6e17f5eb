import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { checkPlan } from './check-plan.ts'
import { findPlan } from './get-plan.ts'
import { type Plan, rethrowNameTaken } from './plan.ts'
import { clearDefault, columnsOf, writeEnvironments } from './write-plan.ts'

export interface NewPlan {
  readonly name: string
  readonly description?: string | null | undefined
  readonly engine: string
  readonly version?: string | null | undefined
  readonly size: string
  /** True unless given. */
  readonly isActive?: boolean | undefined
  /** The default before is none any more. */
  readonly isDefault?: boolean | undefined
  /** All that there are unless given. */
  readonly environmentIds?: readonly string[] | undefined
}

/** A default that cannot be ordered would be none. */
export function checkDefault({ isActive, isDefault }: Pick<Plan, 'isActive' | 'isDefault'>): void {
  if (isActive || !isDefault) return
  throw new CroftError('invalid-input', 'A plan that is not active cannot be the default.', {
    fields: [{ path: '/isDefault', message: 'must be false for a plan that is not active' }],
  })
}

/**
 * For administrators of the platform. Throws `forbidden`, `name-taken`, `engine-not-found`, `size-not-found`,
 * `environment-not-found`, `invalid-input`.
 */
export async function createPlan(db: Db, call: Call, input: NewPlan): Promise<Plan> {
  authorize(call.principal, 'manage', 'platform', {})
  const { description = null, version = null, isActive = true, isDefault = false } = input
  checkDefault({ isActive, isDefault })
  return transact(db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'plans')
    if (earlier) return findPlan(tx, earlier)
    const { resourceId: id = newId() } = call
    const environmentIds = input.environmentIds ?? (await allEnvironments(tx))
    const plan = { ...input, id, description, version, isActive, isDefault, environmentIds }
    await checkPlan(tx, plan)
    if (isDefault) await clearDefault(tx, plan.engine, id)
    await tx
      .insertInto('plans')
      .values({ id, ...columnsOf(plan) })
      .execute()
      .catch(rethrowNameTaken)
    await writeEnvironments(tx, plan)
    const made = await findPlan(tx, id)
    const { id: _id, ...after } = made
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'plan.created',
      subjectType: 'plan',
      subjectId: id,
      after: { ...after },
    })
    return made
  })
}

/** Oldest first. */
export async function allEnvironments(db: Executor): Promise<string[]> {
  const rows = await db
    .selectFrom('environments')
    .select('id')
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
