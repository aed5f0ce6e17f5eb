import type { Environment as Found } from '../../../domain/environments/index.ts'
import { idByNumber, type Numbers, readNumbers } from '../numbers.ts'
import { operation } from '../operation.ts'
import { cutPage, presentPage, readPage } from '../pagination.ts'
import { Environment, EnvironmentPage } from '../schemas/catalogue.ts'
import { ListQuery } from '../schemas/hal.ts'

const tag = 'Environments'

const presentEnvironment = (numbers: Numbers, { id, name }: Found) => ({
  _links: { self: numbers.link('environment', id) },
  id: numbers.of(id),
  name,
})

export const listEnvironments = operation({
  tag,
  summary: 'List environments',
  description: 'Where databases can be.',
  query: ListQuery,
  status: 200,
  response: EnvironmentPage,
  async handle({ call, links, query }, { environments, aliases }) {
    const found = [...(await environments.listEnvironments(call))]
    const numbers = await readNumbers(
      aliases,
      links,
      found.map(({ id }) => id),
    )
    found.sort((one, other) => numbers.of(one.id) - numbers.of(other.id))
    const which = readPage(query)
    return presentPage('environment', links.url, cutPage(found, which), which, (each) =>
      presentEnvironment(numbers, each),
    )
  },
})

export const getEnvironment = operation({
  tag,
  summary: 'Get an environment',
  status: 200,
  response: Environment,
  async handle({ call, links, id }, { environments, aliases }) {
    const found = await environments.getEnvironment(call, await idByNumber(aliases, 'environment', id))
    return presentEnvironment(await readNumbers(aliases, links, [found.id]), found)
  },
})
