import { Type } from 'typebox'
import { DatabaseOfNewProject } from './database.ts'
import { IdInput, LogicalId, Text } from './input.ts'
import { Reference } from './reference.ts'
import { RegionInput } from './region.ts'
import { CreatedAt, Id, Nullable, NullableString, SelfLink, Shape } from './shape.ts'

const base = {
  id: Id('proj', 'Id of the project.'),
  type: Type.Literal('project'),
  url: SelfLink,
  name: Type.String({ description: 'Display name.' }),
  logicalId: NullableString({ description: 'Declared identity, unique in the workspace.' }),
  createdAt: CreatedAt,
  defaultRegion: NullableString({ description: 'The region of its default database.' }),
  workspace: Reference('wksp', 'workspace'),
}

export const Project = Shape(base)

export const NewProject = Shape({
  ...base,
  database: Nullable(DatabaseOfNewProject, 'The default database; null when none was asked for.'),
})

export const CreateProject = Type.Object({
  createDatabase: Type.Optional(
    Type.Boolean({ default: true, description: 'Whether to make a default database with it.' }),
  ),
  name: Type.Optional(Text('Display name.')),
  region: Type.Optional(RegionInput),
  logicalId: Type.Optional(LogicalId),
  workspaceId: Type.Optional(IdInput('wksp', 'workspace')),
})

export const UpdateProject = Type.Object({
  name: Type.Optional(Text('New display name.')),
  settings: Type.Optional(
    Type.Object(
      {},
      { additionalProperties: true, description: 'Accepted and not used: Croft has no such settings.' },
    ),
  ),
})

export const TransferProject = Type.Object({
  recipientAccessToken: Type.String({
    minLength: 1,
    maxLength: 8192,
    description: 'OAuth access token of the recipient; the project moves to the workspace it is bound to.',
  }),
})
