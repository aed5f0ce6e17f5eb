import { Type } from 'typebox'
import type { Plan as PlanView } from '../../../domain/plans/index.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { Line } from '../schemas/input.ts'
import { IdParams } from '../schemas/page.ts'
import { CreatePlan, Plan, type PlanBody, UpdatePlan } from '../schemas/plan.ts'

const tag = 'Plans'

const presentPlan = ({ environmentIds, ...plan }: PlanView): PlanBody => ({
  ...plan,
  environmentIds: [...environmentIds],
})

const readEnvironments = (ids: readonly string[] | undefined) =>
  ids === undefined ? {} : { environmentIds: ids.map((id) => readId('environment', id)) }

export const listPlans = operation({
  tag,
  summary: 'List plans',
  description: 'Oldest first.',
  query: Type.Object({ engine: Type.Optional(Line(40, 'Only those of this engine.')) }),
  status: 200,
  response: Type.Object({ data: Type.Array(Plan) }, { additionalProperties: false }),
  async handle({ call, query }, { plans }) {
    return { data: (await plans.listPlans(call, query)).map(presentPlan) }
  },
})

export const createPlan = operation({
  tag,
  summary: 'Create a plan',
  description: 'For administrators of the platform.',
  body: CreatePlan,
  status: 201,
  response: Plan,
  async handle({ call, body }, { plans }) {
    return presentPlan(await plans.createPlan(call, { ...body, ...readEnvironments(body.environmentIds) }))
  },
})

export const getPlan = operation({
  tag,
  summary: 'Get a plan',
  params: IdParams,
  status: 200,
  response: Plan,
  async handle({ call, params }, { plans }) {
    return presentPlan(await plans.getPlan(call, readId('plan', params.id)))
  },
})

export const updatePlan = operation({
  tag,
  summary: 'Change a plan',
  description:
    'Databases that were made with it stay as they are. One that is switched off is the default no more. For administrators of the platform.',
  params: IdParams,
  body: UpdatePlan,
  status: 200,
  response: Plan,
  async handle({ call, params, body }, { plans }) {
    const changes = { ...body, ...readEnvironments(body.environmentIds) }
    return presentPlan(await plans.updatePlan(call, readId('plan', params.id), changes))
  },
})

export const deletePlan = operation({
  tag,
  summary: 'Delete a plan',
  description: 'Only while no database was made with it. For administrators of the platform.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { plans }) {
    await plans.deletePlan(call, readId('plan', params.id))
  },
})
