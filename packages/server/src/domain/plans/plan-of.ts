import type { Plan } from './plan.ts'

/** As much of a database as says which plan it has. */
export interface Ordered {
  readonly engine: string
  readonly version: string
  readonly size: string
  readonly region: string
  readonly planId: string | null
  readonly environmentId: string | null
}

interface Environment {
  readonly id: string
  readonly name: string
  readonly region: string
}

/** Which plan and environment to show of a database; null where none fits. */
export interface PlanOf {
  readonly planId: string | null
  readonly environmentId: string | null
}

/** The earliest by name, so that it stays the same whatever is added behind it. */
const byName = (one: { name: string }, other: { name: string }): number =>
  one.name < other.name ? -1 : Number(one.name > other.name)

/** What new databases get comes first: the default plan, then those that can be ordered. */
const byUse = (one: Plan, other: Plan): number =>
  Number(other.isDefault) - Number(one.isDefault) ||
  Number(other.isActive) - Number(one.isActive) ||
  byName(one, other)

/**
 * The plan and the environment of a database: those that it was made with, or, of one that an API made which has none,
 * what fits: a plan of its engine and size, and an environment of its region, of the plan's if it can be.
 */
export function planOf(
  database: Ordered,
  known: { readonly plans: readonly Plan[]; readonly environments: readonly Environment[] },
): PlanOf {
  const { engine, version, size, region } = database
  const fitting = known.plans
    .filter((plan) => plan.engine === engine && plan.size === size)
    .filter((plan) => plan.version === null || plan.version === version)
    .sort(byUse)
  const plan = known.plans.find(({ id }) => id === database.planId) ?? fitting[0]
  const near = known.environments.filter((each) => each.region === region).sort(byName)
  const environment = near.find(({ id }) => plan?.environmentIds.includes(id)) ?? near[0]
  return {
    planId: database.planId ?? plan?.id ?? null,
    environmentId: database.environmentId ?? environment?.id ?? null,
  }
}
