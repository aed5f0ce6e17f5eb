import { type InferResult, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'

/** What can be ordered: an engine and a size, in some environments. */
export interface Plan {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly engine: string
  /** Null is the newest that is installed where the database goes. */
  readonly version: string | null
  readonly size: string
  /** Whether new databases can be made with it. */
  readonly isActive: boolean
  /** At most one of an engine. */
  readonly isDefault: boolean
  /** Oldest first. */
  readonly environmentIds: readonly string[]
}

/** Plans that are there; callers add conditions and an order. */
export function selectPlans(db: Executor) {
  return db
    .selectFrom('plans')
    .where('plans.deleted_at', 'is', null)
    .selectAll('plans')
    .select((eb) =>
      eb
        .selectFrom('plan_environments')
        .whereRef('plan_id', '=', 'plans.id')
        .select(
          sql<string[]>`coalesce(array_agg(environment_id::text order by environment_id), '{}')`.as('ids'),
        )
        .as('environment_ids'),
    )
}
type Row = InferResult<ReturnType<typeof selectPlans>>[number]

export const toPlan = (row: Row): Plan => ({
  id: row.id,
  name: row.name,
  description: row.description,
  engine: row.engine,
  version: row.version,
  size: row.size,
  isActive: row.is_active,
  isDefault: row.is_default,
  environmentIds: row.environment_ids ?? [],
})

/** Turns the breach of the index on names into `name-taken`. */
export function rethrowNameTaken(error: unknown): never {
  const { constraint } = error as { readonly constraint?: unknown }
  if (constraint !== 'plans_name') throw error
  throw new CroftError('name-taken', 'There is a plan of this name already.', {
    fields: [{ path: '/name', message: 'is taken' }],
    cause: error,
  })
}
