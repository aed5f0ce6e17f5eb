import type { Call } from '../../../domain/access/index.ts'
import type { Plan as Found } from '../../../domain/plans/index.ts'
import type { DbaasDeps } from '../deps.ts'
import { notFound } from '../errors.ts'
import type { Hyperlinks } from '../hyperlinks.ts'
import { idByNumber, type Numbers, readNumbers } from '../numbers.ts'
import { operation } from '../operation.ts'
import { cutPage, presentPage, readPage } from '../pagination.ts'
import { Plan, PlanPage } from '../schemas/catalogue.ts'
import { ListQuery } from '../schemas/hal.ts'

const tag = 'Plans'

/** Plans with what presenting them needs, by number. */
async function readPlans({ plans, engines, aliases }: DbaasDeps, call: Call, links: Hyperlinks) {
  const [found, known] = await Promise.all([plans.listPlans(call), engines.listEngines(call)])
  const numbers = await readNumbers(aliases, links, [
    ...found.flatMap((plan) => [plan.id, ...plan.environmentIds]),
    ...known.map(({ id }) => id),
  ])
  const types = new Map(known.map(({ id, name }) => [name, id]))
  // A plan of an engine that no host has ever told of has no engine type to link to yet.
  const shown = found.filter(({ engine }) => types.has(engine))
  return {
    plans: shown.sort((one, other) => numbers.of(one.id) - numbers.of(other.id)),
    present: (plan: Found) => presentPlan(plan, numbers, types.get(plan.engine) ?? ''),
  }
}

function presentPlan(plan: Found, numbers: Numbers, engineType: string) {
  return {
    _links: { self: numbers.link('plan', plan.id) },
    id: numbers.of(plan.id),
    name: plan.name,
    description: plan.description,
    is_active: plan.isActive,
    is_default: plan.isDefault,
    engine_type: numbers.link('enginetype', engineType),
    environments: plan.environmentIds.flatMap((id) => numbers.linkOrNull('environment', id) ?? []),
  }
}

export const listPlans = operation({
  tag,
  summary: 'List plans',
  description: 'What can be ordered: an engine and a size.',
  query: ListQuery,
  status: 200,
  response: PlanPage,
  async handle({ call, links, query }, deps) {
    const { plans, present } = await readPlans(deps, call, links)
    const which = readPage(query)
    return presentPage('plan', links.url, cutPage(plans, which), which, present)
  },
})

export const getPlan = operation({
  tag,
  summary: 'Get a plan',
  status: 200,
  response: Plan,
  async handle({ call, links, id }, deps) {
    const wanted = await idByNumber(deps.aliases, 'plan', id)
    const { plans, present } = await readPlans(deps, call, links)
    const plan = plans.find((each) => each.id === wanted)
    if (!plan) throw notFound()
    return present(plan)
  },
})
