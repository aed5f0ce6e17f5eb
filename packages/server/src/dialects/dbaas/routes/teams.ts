import type { Workspace } from '../../../domain/tenancy/index.ts'
import { idByNumber, type Numbers, readNumbers } from '../numbers.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { Team, TeamPage } from '../schemas/catalogue.ts'
import { ListQuery } from '../schemas/hal.ts'

const tag = 'Teams'

const presentTeam = (numbers: Numbers, { id, name }: Workspace) => ({
  _links: { self: numbers.link('team', id) },
  id: numbers.of(id),
  name,
})

export const listTeams = operation({
  tag,
  summary: 'List teams',
  description: 'The workspaces that the caller can see.',
  query: ListQuery,
  status: 200,
  response: TeamPage,
  async handle({ call, links, query }, { tenancy, aliases }) {
    const which = readPage(query)
    const found = await tenancy.pageWorkspaces(call, which)
    const numbers = await readNumbers(aliases, links, found?.items.map(({ id }) => id) ?? [])
    return presentPage('team', links.url, found, which, (each) => presentTeam(numbers, each))
  },
})

export const getTeam = operation({
  tag,
  summary: 'Get a team',
  status: 200,
  response: Team,
  async handle({ call, links, id }, { tenancy, aliases }) {
    const found = await tenancy.getWorkspace(call, await idByNumber(aliases, 'team', id))
    return presentTeam(await readNumbers(aliases, links, [found.id]), found)
  },
})
