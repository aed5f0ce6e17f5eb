import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { readPage, toList } from '../pagination.ts'
import { presentDatabaseOfNewProject } from '../presenters/database.ts'
import { presentProject } from '../presenters/project.ts'
import { Data, List, PageQuery } from '../schemas/envelope.ts'
import { CheckedIdInput, Filter, IdInput } from '../schemas/input.ts'
import { CreateProject, NewProject, Project, TransferProject, UpdateProject } from '../schemas/project.ts'

const tag = 'Projects'
const params = Type.Object({ id: IdInput('proj', 'project') })

export const listProjects = operation({
  tag,
  summary: 'List projects',
  description: 'All projects the token can reach, oldest first.',
  query: Type.Object({ ...PageQuery, logicalId: Filter('Only the project with this logical id.') }),
  status: 200,
  response: List(Project),
  async handle({ call, query, links }, { tenancy }) {
    const page = await tenancy.listProjects(call, { logicalId: query.logicalId, page: readPage(query) })
    return toList(page, (project) => presentProject(links, project))
  },
})

export const createProject = operation({
  tag,
  summary: 'Create a project with a PostgreSQL database',
  description:
    'Answers when the database accepts logins, or with `provisioning` when that takes more than a few seconds. The connection string is shown this once.',
  body: CreateProject,
  status: 201,
  response: Data(NewProject),
  async handle({ call, body, ids, links }, { projects }) {
    const { project, created } = await projects.createProject(call, {
      workspaceId: body.workspaceId === undefined ? undefined : ids.read('workspace', body.workspaceId),
      name: body.name,
      logicalId: body.logicalId,
      region: body.region,
      database: body.createDatabase ?? true,
    })
    return {
      data: {
        ...presentProject(links, project),
        database: created && presentDatabaseOfNewProject(links, created),
      },
    }
  },
})

export const getProject = operation({
  tag,
  summary: 'Get a project',
  params,
  status: 200,
  response: Data(Project),
  async handle({ call, params, ids, links }, { tenancy }) {
    const project = await tenancy.getProject(call, ids.read('project', params.id))
    return { data: presentProject(links, project) }
  },
})

export const updateProject = operation({
  tag,
  summary: 'Rename a project',
  params: Type.Object({ id: CheckedIdInput('proj', 'project') }),
  body: UpdateProject,
  invalid: 422,
  status: 200,
  response: Data(Project),
  async handle({ call, params, body, ids, links }, { projects }) {
    const id = ids.read('project', params.id)
    const project = await projects.updateProject(call, id, { name: body.name })
    return { data: presentProject(links, project) }
  },
})

export const deleteProject = operation({
  tag,
  summary: 'Delete a project',
  description: 'With all its databases, their backups and their roles.',
  params,
  status: 204,
  errors: { 'project-busy': { status: 400, code: 'client-error' } },
  async handle({ call, params, ids }, { projects }) {
    await projects.deleteProject(call, ids.read('project', params.id))
  },
})

export const transferProject = operation({
  tag,
  summary: 'Transfer a project to another workspace',
  description:
    'The caller’s token is the present owner’s; the recipient’s says where the project goes. Connection strings keep working.',
  params,
  body: TransferProject,
  status: 204,
  async handle({ call, params, body, ids }, { projects }) {
    await projects.transferProject(call, ids.read('project', params.id), body.recipientAccessToken)
  },
})
