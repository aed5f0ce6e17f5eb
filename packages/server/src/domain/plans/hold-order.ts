import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { holdEnvironment } from './hold-environment.ts'

export interface Order {
  readonly planId: string | null
  readonly environmentId: string | null
  readonly engine: string
  readonly size: string
}

/**
 * Keeps the plan and the environment that a database is ordered by until the caller's transaction has written it. Throws
 * `plan-not-found`, `environment-not-found`; `invalid-input` for a plan that is switched off, is of another engine or
 * size, or is not offered in the environment.
 */
export async function holdOrder(tx: Executor, { planId, environmentId, engine, size }: Order): Promise<void> {
  if (environmentId !== null) await holdEnvironment(tx, environmentId)
  if (planId === null) return
  const plan = await tx
    .selectFrom('plans')
    .select(['name', 'engine', 'size', 'is_active'])
    .where('id', '=', planId)
    .where('deleted_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (!plan) throw new CroftError('plan-not-found', 'There is no plan with this id.')
  if (!plan.is_active) throw unfit(`The plan ${plan.name} cannot be ordered any more.`, 'is switched off')
  if (plan.engine !== engine || plan.size !== size) {
    throw unfit(`The plan ${plan.name} is of ${plan.engine}, ${plan.size}.`, `must be of ${engine}, ${size}`)
  }
  if (environmentId === null) return
  const offered = await tx
    .selectFrom('plan_environments')
    .select('plan_id')
    .where('plan_id', '=', planId)
    .where('environment_id', '=', environmentId)
    .executeTakeFirst()
  if (!offered)
    throw unfit(`The plan ${plan.name} is not offered in this environment.`, 'is not offered there')
}

const unfit = (says: string, message: string) =>
  new CroftError('invalid-input', says, { fields: [{ path: '/planId', message }] })
