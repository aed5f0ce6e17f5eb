import type { WorkspaceSecurity } from '../../../domain/access/index.ts'
import { readWorkspaceId } from '../ids.ts'
import { operation } from '../operation.ts'
import { WorkspaceParams } from '../schemas/input.ts'
import { Roles, Security } from '../schemas/security.ts'

const tag = 'Security'

/** It is shown as it was put, so it fits what may be put. */
const presentSecurity = (security: WorkspaceSecurity): Security => structuredClone(security) as Security

export const getSecurity = operation({
  tag,
  summary: 'Get a workspace’s security',
  description: 'As it was put.',
  params: WorkspaceParams,
  status: 200,
  response: Security,
  async handle({ call, params }, { access }) {
    return presentSecurity(await access.getSecurity(call, readWorkspaceId(params.workspaceId)))
  },
})

export const putSecurity = operation({
  tag,
  summary: 'Replace a workspace’s security',
  description:
    'Rules have the priority 100 plus their index: they are stronger than those of roles and of keys without a priority.',
  params: WorkspaceParams,
  body: Security,
  status: 200,
  response: Security,
  async handle({ call, params, body }, { access }) {
    const { authorizations, authentication } = body
    const security = {
      ...(authorizations === undefined ? {} : { authorizations }),
      ...(authentication === undefined ? {} : { authentication }),
    }
    const workspaceId = readWorkspaceId(params.workspaceId)
    return presentSecurity(await access.putSecurity(call, { workspaceId, security }))
  },
})

export const listRoles = operation({
  tag,
  summary: 'List a workspace’s roles',
  params: WorkspaceParams,
  status: 200,
  response: Roles,
  async handle({ call, params }, { access }) {
    return (await access.listWorkspaceRoles(call, readWorkspaceId(params.workspaceId))).map((role) => ({
      ...role,
    }))
  },
})
