import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { readPage, toList } from '../pagination.ts'
import { presentWorkspace } from '../presenters/workspace.ts'
import { Data, List, PageQuery } from '../schemas/envelope.ts'
import { IdInput } from '../schemas/input.ts'
import { CreateWorkspace, Subscription, Workspace } from '../schemas/workspace.ts'

const tag = 'Workspaces'
const params = Type.Object({ id: IdInput('wksp', 'workspace') })

export const listWorkspaces = operation({
  tag,
  summary: 'List workspaces',
  description: 'The workspaces the token can reach; one that is bound to a workspace sees just that.',
  query: Type.Object(PageQuery),
  status: 200,
  response: List(Workspace),
  async handle({ call, query, links }, { tenancy }) {
    const page = await tenancy.listWorkspaces(call, readPage(query))
    return toList(page, (workspace) => presentWorkspace(links, workspace))
  },
})

export const createWorkspace = operation({
  tag,
  summary: 'Create a workspace',
  description: 'For users only: tokens bound to a workspace cannot make another.',
  body: CreateWorkspace,
  status: 201,
  response: Data(Workspace),
  async handle({ call, body, links }, { tenancy }) {
    const workspace = await tenancy.createWorkspace(call, { name: body.displayName })
    return { data: presentWorkspace(links, workspace) }
  },
})

export const getWorkspace = operation({
  tag,
  summary: 'Get a workspace',
  params,
  status: 200,
  response: Data(Workspace),
  async handle({ call, params, ids, links }, { tenancy }) {
    const workspace = await tenancy.getWorkspace(call, ids.read('workspace', params.id))
    return { data: presentWorkspace(links, workspace) }
  },
})

export const getSubscription = operation({
  tag,
  summary: 'Get the subscription of a workspace',
  description: 'Croft sells no plans, so nothing is ever blocked by one.',
  params,
  status: 200,
  response: Data(Subscription),
  async handle({ call, params, ids, links }, { tenancy }) {
    await tenancy.getWorkspace(call, ids.read('workspace', params.id))
    return { data: { planName: 'Self-hosted', usageBlocked: false, upgradeUrl: `${links.origin}/` } }
  },
})
