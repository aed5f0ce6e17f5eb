import { operation } from '../operation.ts'
import { presentMe } from '../presenters/me.ts'
import { Data } from '../schemas/envelope.ts'
import { Me } from '../schemas/me.ts'

export const getMe = operation({
  tag: 'Workspaces',
  summary: 'Get who is calling',
  description: 'The person, the workspace and the token behind the request.',
  status: 200,
  response: Data(Me),
  async handle({ call }, { tenancy }) {
    const { workspaceId } = call.principal
    const workspace = workspaceId === null ? null : await tenancy.getWorkspace(call, workspaceId)
    return { data: presentMe(call.principal, workspace) }
  },
})
