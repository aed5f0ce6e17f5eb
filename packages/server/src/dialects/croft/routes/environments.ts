import { Type } from 'typebox'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { IdParams } from '../schemas/page.ts'
import { CreateEnvironment, Environment, UpdateEnvironment } from '../schemas/plan.ts'

const tag = 'Environments'

export const listEnvironments = operation({
  tag,
  summary: 'List environments',
  description: 'Oldest first.',
  status: 200,
  response: Type.Object({ data: Type.Array(Environment) }, { additionalProperties: false }),
  async handle({ call }, { environments }) {
    return { data: [...(await environments.listEnvironments(call))] }
  },
})

export const createEnvironment = operation({
  tag,
  summary: 'Create an environment',
  description: 'No plan can be ordered in it until one names it. For administrators of the platform.',
  body: CreateEnvironment,
  status: 201,
  response: Environment,
  async handle({ call, body }, { environments }) {
    return environments.createEnvironment(call, body)
  },
})

export const getEnvironment = operation({
  tag,
  summary: 'Get an environment',
  params: IdParams,
  status: 200,
  response: Environment,
  async handle({ call, params }, { environments }) {
    return environments.getEnvironment(call, readId('environment', params.id))
  },
})

export const updateEnvironment = operation({
  tag,
  summary: 'Change an environment',
  description:
    'Its region and namespace only while no database is in it. For administrators of the platform.',
  params: IdParams,
  body: UpdateEnvironment,
  status: 200,
  response: Environment,
  async handle({ call, params, body }, { environments }) {
    return environments.updateEnvironment(call, readId('environment', params.id), body)
  },
})

export const deleteEnvironment = operation({
  tag,
  summary: 'Delete an environment',
  description:
    'Only while no database is in it, in quarantine or not. Plans that named it go on without it. For administrators of the platform.',
  params: IdParams,
  status: 204,
  async handle({ call, params }, { environments }) {
    await environments.deleteEnvironment(call, readId('environment', params.id))
  },
})
