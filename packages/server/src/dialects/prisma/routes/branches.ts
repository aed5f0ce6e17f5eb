import { Type } from 'typebox'
import { CroftError } from '../../../platform/errors/index.ts'
import { operation } from '../operation.ts'
import { readPage, toList } from '../pagination.ts'
import { presentBranch } from '../presenters/branch.ts'
import { Branch, CreateBranch, UpdateBranch } from '../schemas/branch.ts'
import { Data, List, PageQuery } from '../schemas/envelope.ts'
import { CheckedIdInput, Filter, IdInput } from '../schemas/input.ts'

const tag = 'Branches'
const params = Type.Object({ branchId: IdInput('br', 'branch') })
const checkedParams = Type.Object({ branchId: CheckedIdInput('br', 'branch') })
const projectParams = Type.Object({ projectId: CheckedIdInput('proj', 'project') })

export const listBranches = operation({
  tag,
  summary: 'List the branches of a project',
  params: projectParams,
  query: Type.Object({
    ...PageQuery,
    gitName: Filter('Only the branch of this name.'),
    gitNameContains: Filter('Only branches whose name has this in it, upper and lower case told apart.'),
  }),
  invalid: 422,
  status: 200,
  response: List(Branch),
  async handle({ call, params, query, ids, links }, { tenancy }) {
    const { gitName, gitNameContains } = query
    if (gitName && gitNameContains) {
      throw new CroftError('invalid-input', 'gitName and gitNameContains cannot be given together.')
    }
    const projectId = ids.read('project', params.projectId)
    const page = await tenancy.listBranches(call, {
      projectId,
      gitName,
      gitNameContains,
      page: readPage(query),
    })
    return toList(page, (branch) => presentBranch(links, branch))
  },
})

export const createBranch = operation({
  tag,
  summary: 'Create a branch',
  description:
    'A named environment that databases attach to; it has no data of its own. The first of a project is its default and production branch.',
  params: projectParams,
  body: CreateBranch,
  invalid: 422,
  status: 201,
  response: Data(Branch),
  async handle({ call, params, body, ids, links }, { tenancy }) {
    const projectId = ids.read('project', params.projectId)
    const branch = await tenancy.createBranch(call, { ...body, projectId })
    return { data: presentBranch(links, branch) }
  },
})

export const getBranch = operation({
  tag,
  summary: 'Get a branch',
  params,
  status: 200,
  response: Data(Branch),
  async handle({ call, params, ids, links }, { tenancy }) {
    return { data: presentBranch(links, await tenancy.getBranch(call, ids.read('branch', params.branchId))) }
  },
})

export const updateBranch = operation({
  tag,
  summary: 'Make a branch the default one',
  description: 'Nothing else of a branch can be changed.',
  params: checkedParams,
  body: UpdateBranch,
  invalid: 422,
  status: 200,
  response: Data(Branch),
  async handle({ call, params, ids, links }, { tenancy }) {
    const branch = await tenancy.makeDefaultBranch(call, ids.read('branch', params.branchId))
    return { data: presentBranch(links, branch) }
  },
})

export const deleteBranch = operation({
  tag,
  summary: 'Delete a branch',
  description: 'Refused while databases are attached to it, and for the default and the production branch.',
  params: checkedParams,
  invalid: 422,
  status: 204,
  async handle({ call, params, ids }, { tenancy }) {
    await tenancy.deleteBranch(call, ids.read('branch', params.branchId))
  },
})
