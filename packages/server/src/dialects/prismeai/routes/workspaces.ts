import { Type } from 'typebox'
import type { Workspace as Found } from '../../../domain/tenancy/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { readWorkspaceId } from '../ids.ts'
import { operation } from '../operation.ts'
import { WorkspaceParams } from '../schemas/input.ts'
import { UsageQuery, Workspace, WorkspaceQuery, WorkspaceUsage } from '../schemas/workspace.ts'

const tag = 'Workspaces'
const LIMIT = 50

const presentWorkspace = ({ id, name, createdAt }: Found) => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
})

export const listWorkspaces = operation({
  tag,
  summary: 'List workspaces',
  description: 'Those that the caller may read, oldest first.',
  query: WorkspaceQuery,
  status: 200,
  response: Type.Array(Workspace),
  async handle({ call, query: { limit = LIMIT, page = 0 } }, { tenancy }) {
    let after: string | null = null
    for (let skipped = 0; ; skipped++) {
      const { items, next } = await tenancy.listWorkspaces(call, { limit, after })
      if (skipped === page) return items.map(presentWorkspace)
      if (next === null) return []
      after = next
    }
  },
})

export const getWorkspace = operation({
  tag,
  summary: 'Get a workspace',
  params: WorkspaceParams,
  status: 200,
  response: Workspace,
  async handle({ call, params }, { tenancy }) {
    return presentWorkspace(await tenancy.getWorkspace(call, readWorkspaceId(params.workspaceId)))
  },
})

function startOfMonth(): Date {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()))
}

export const getUsage = operation({
  tag,
  summary: 'Get a workspace’s usage',
  params: WorkspaceParams,
  query: UsageQuery,
  status: 200,
  response: WorkspaceUsage,
  async handle({ call, params, query }, { usage }) {
    const workspaceId = readWorkspaceId(params.workspaceId)
    const to = query.beforeDate === undefined ? new Date() : new Date(query.beforeDate)
    const from = query.afterDate === undefined ? startOfMonth() : new Date(query.afterDate)
    if (from > to) {
      const message = 'should not lie after beforeDate'
      throw new CroftError('invalid-input', message, {
        fields: [{ path: '/query/afterDate', message, keyword: 'format' }],
      })
    }
    const totals = await usage.readWorkspaceUsage(call, workspaceId, { from, to })
    return { workspaceId, afterDate: from.toISOString(), beforeDate: to.toISOString(), ...totals }
  },
})
