import { Type } from 'typebox'
import { Text } from './input.ts'

const Policies = Type.Record(Type.String({ maxLength: 64 }), Type.Boolean(), { maxProperties: 20 })

const permissions = Type.Object(
  {
    role: Type.Optional(Text('`owner`, `editor`, or one of the workspace’s own.', 128)),
    policies: Type.Optional(Policies),
  },
  { additionalProperties: false },
)

export const ShareInput = Type.Object({
  target: Type.Object(
    {
      id: Type.Optional(Text('Id of a user.', 255)),
      public: Type.Optional(Type.Boolean()),
      role: Type.Optional(Text('A role.', 128)),
    },
    { description: 'With whom.' },
  ),
  permissions,
})

export const Share = Type.Object(
  {
    target: Type.Object({ id: Type.String(), displayName: Type.String() }, { additionalProperties: false }),
    permissions,
  },
  { additionalProperties: false },
)

export const Shares = Type.Object({ result: Type.Array(Share) }, { additionalProperties: false })
export const Unshared = Type.Object({ id: Type.String() }, { additionalProperties: false })
export const ShareParams = Type.Object({
  workspaceId: Type.String({ maxLength: 100, description: 'Workspace id, a UUID.' }),
  id: Type.String({ maxLength: 255, description: 'Id of a user.' }),
})
