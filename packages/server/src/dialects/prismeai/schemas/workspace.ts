import { Type } from 'typebox'

export const Workspace = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)

export const WorkspaceQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, description: 'On a page; 50 unless given.' }),
  ),
  page: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: 'From 0 on.' })),
})

export const UsageQuery = Type.Object({
  afterDate: Type.Optional(
    Type.String({ format: 'date-time', description: 'Start of the month unless given.' }),
  ),
  beforeDate: Type.Optional(Type.String({ format: 'date-time', description: 'Now unless given.' })),
})

export const WorkspaceUsage = Type.Object(
  {
    workspaceId: Type.String(),
    afterDate: Type.String({ format: 'date-time' }),
    beforeDate: Type.String({ format: 'date-time' }),
    databases: Type.Integer({ description: 'Databases that exist now.' }),
    operations: Type.Integer({ description: 'Statements that ran within the period.' }),
    sizeBytes: Type.Integer({ description: 'Size of its databases at the end of the period.' }),
  },
  { additionalProperties: false },
)
