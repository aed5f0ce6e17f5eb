import { Type } from 'typebox'
import { operation } from '../operation.ts'

const Caller = Type.Object(
  {
    type: Type.String({ description: '`user`, `service-token`, `oauth`, `identity` or `api-key`.' }),
    id: Type.String(),
    name: Type.String({ description: 'An email, or what the credential is called.' }),
    workspaceId: Type.Union([Type.String(), Type.Null()], {
      description: 'The one workspace that the credential is bound to.',
    }),
    roles: Type.Array(
      Type.Object(
        {
          role: Type.String(),
          scope: Type.Object({ type: Type.String(), id: Type.Union([Type.String(), Type.Null()]) }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

export const getMe = operation({
  tag: 'Access',
  summary: 'Who the caller is',
  description: 'The holder of the credential, and the roles that count for this request.',
  status: 200,
  response: Caller,
  async handle({ call }) {
    const { type, id, name, workspaceId, bindings } = call.principal
    const roles = bindings.map(({ role, scope }) => ({
      role,
      scope: { type: scope.type, id: scope.type === 'platform' ? null : scope.id },
    }))
    return { type, id, name, workspaceId, roles }
  },
})
