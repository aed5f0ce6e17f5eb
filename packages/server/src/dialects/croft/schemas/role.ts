import { Type } from 'typebox'

export const Level = Type.Union(
  [
    Type.Literal('platform'),
    Type.Literal('organization'),
    Type.Literal('workspace'),
    Type.Literal('project'),
    Type.Literal('namespace'),
    Type.Literal('database'),
    Type.Literal('app'),
  ],
  { description: 'Where a role is held.' },
)

export const HolderType = Type.Union([Type.Literal('user'), Type.Literal('identity')], {
  description: 'A user, or a service identity or key pair.',
})

export const Role = Type.Object(
  {
    name: Type.String(),
    level: Level,
    title: Type.String(),
    permissions: Type.Array(
      Type.Object(
        { actions: Type.Array(Type.String()), subjects: Type.Array(Type.String()) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, description: 'A built-in role, and what it allows.' },
)

export const RoleBinding = Type.Object(
  {
    id: Type.String(),
    holder: Type.Object(
      {
        type: HolderType,
        id: Type.String(),
        name: Type.String({ description: 'A user’s email, an identity’s name.' }),
      },
      { additionalProperties: false },
    ),
    role: Type.String(),
    scope: Type.Object(
      { type: Level, id: Type.Union([Type.String(), Type.Null()]) },
      { additionalProperties: false },
    ),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false, description: 'A role that somebody holds somewhere.' },
)

export const CreateRoleBinding = Type.Object(
  {
    holder: Type.Object(
      { type: HolderType, id: Type.String({ maxLength: 100 }) },
      { additionalProperties: false },
    ),
    role: Type.String({ maxLength: 100, description: 'One of `GET /roles`, of the scope’s level.' }),
    scope: Type.Object(
      {
        type: Level,
        id: Type.Optional(Type.String({ maxLength: 100, description: 'Left out for the platform.' })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
