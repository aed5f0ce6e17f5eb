import { UNASSIGNED } from '../../../domain/projects/index.ts'
import type { Project as Found } from '../../../domain/tenancy/index.ts'
import type { DbaasDeps } from '../deps.ts'
import { notFound } from '../errors.ts'
import { idByNumber, type Numbers, readNumbers } from '../numbers.ts'
import { type Input, operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { NewProject, Project, ProjectChanges, ProjectPage } from '../schemas/catalogue.ts'
import { ListQuery } from '../schemas/hal.ts'
import { teamOf } from '../team-of.ts'

const tag = 'Projects'
const LONGEST_NAME = 100

const presentProject = (numbers: Numbers, { id, name }: Found) => ({
  _links: { self: numbers.link('project', id) },
  id: numbers.of(id),
  name,
})

async function present({ aliases }: DbaasDeps, { links }: Input, project: Found) {
  return presentProject(await readNumbers(aliases, links, [project.id]), project)
}

/** The one for databases without a project is none here. */
async function findProject({ tenancy, aliases }: DbaasDeps, { call, id }: Input): Promise<Found> {
  const project = await tenancy.getProject(call, await idByNumber(aliases, 'project', id))
  if (project.logicalId === UNASSIGNED) throw notFound()
  return project
}

const words = {
  'name-taken': {
    status: 400,
    shape: 'field',
    field: 'name',
    message: 'Project with this Project name already exists.',
  },
} as const

export const listProjects = operation({
  tag,
  summary: 'List projects',
  query: ListQuery,
  status: 200,
  response: ProjectPage,
  async handle({ call, links, query }, { tenancy, aliases }) {
    const which = readPage(query)
    const found = await tenancy.pageProjects(call, which, { besides: UNASSIGNED })
    const numbers = await readNumbers(aliases, links, found?.items.map(({ id }) => id) ?? [])
    return presentPage('project', links.url, found, which, (each) => presentProject(numbers, each))
  },
})

export const createProject = operation({
  tag,
  summary: 'Create a project',
  body: NewProject,
  status: 201,
  needs: ['create', 'projects'],
  words,
  response: Project,
  async handle(input, deps) {
    const fields = await input.fields()
    const name = fields.text('name', LONGEST_NAME)
    fields.check()
    const workspaceId = await teamOf(deps, input.call, 'projects')
    const wanted = { workspaceId, name, uniqueName: true, database: false }
    const { project } = await deps.projects.createProject(input.call, wanted)
    return present(deps, input, project)
  },
})

export const getProject = operation({
  tag,
  summary: 'Get a project',
  status: 200,
  response: Project,
  handle: async (input, deps) => present(deps, input, await findProject(deps, input)),
})

async function changeProject(input: Input, deps: DbaasDeps, replaces: boolean) {
  const found = await findProject(deps, input)
  const fields = await input.fields()
  const changes = replaces || fields.has('name') ? { name: fields.text('name', LONGEST_NAME) } : {}
  fields.check()
  const wanted = { ...changes, uniqueName: true }
  return present(deps, input, await deps.projects.updateProject(input.call, found.id, wanted))
}

export const replaceProject = operation({
  tag,
  summary: 'Change a project',
  body: NewProject,
  status: 200,
  needs: ['update', 'projects'],
  words,
  response: Project,
  handle: (input, deps) => changeProject(input, deps, true),
})

export const updateProject = operation({
  tag,
  summary: 'Change some of a project',
  body: ProjectChanges,
  status: 200,
  needs: ['update', 'projects'],
  words,
  response: Project,
  handle: (input, deps) => changeProject(input, deps, false),
})

export const deleteProject = operation({
  tag,
  summary: 'Delete a project',
  description: 'One that has databases is refused, those in quarantine count.',
  status: 204,
  needs: ['delete', 'projects'],
  async handle(input, deps) {
    const { id } = await findProject(deps, input)
    await deps.projects.deleteProject(input.call, id, { empty: true })
    return null
  },
})
