import { Type } from 'typebox'
import { CroftError } from '../../../../platform/errors/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentProject, presentTenant, presentUser } from '../../presenters/account.ts'
import { Project, Team, Tenant, User } from '../../schemas/account.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'Tenants'

export const getTenant = operation({
  tag,
  summary: 'Get a tenant',
  params: OfId,
  status: 200,
  response: Tenant,
  async handle({ call, params }, { accounts }) {
    return presentTenant(await accounts.getTenant(call, params.id))
  },
})

export const listTenantProjects = operation({
  tag,
  summary: 'List a tenant’s projects',
  description: 'Those that the caller may see.',
  params: OfId,
  query: Type.Object({ ...listQuery, id: Type.Optional(Uuid), name: Type.Optional(Type.String()) }),
  status: 200,
  response: PageOf(Project),
  async handle({ call, params, query }, { accounts }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const filter = { ...query, workspaceId: params.id }
    return toPage(page, await accounts.listProjects(call, filter, page), presentProject)
  },
})

export const getProject = operation({
  tag,
  summary: 'Get a project',
  params: OfId,
  status: 200,
  response: Project,
  async handle({ call, params }, { accounts }) {
    return presentProject(await accounts.getProject(call, params.id))
  },
})

export const getUser = operation({
  tag,
  summary: 'Get a user',
  description: 'Oneself, or a member of an account that the caller administers.',
  params: OfId,
  status: 200,
  response: User,
  async handle({ call, params, origin }, { accounts }) {
    return presentUser(await accounts.getUser(call, params.id), origin)
  },
})

export const getTeam = operation({
  tag,
  summary: 'Get a team',
  description: 'Nothing in this API makes teams, and Croft has none: always 404.',
  params: OfId,
  status: 200,
  response: Team,
  async handle() {
    throw new CroftError('team-not-found', 'There is no team with this id.')
  },
})
