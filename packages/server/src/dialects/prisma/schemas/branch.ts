import { Type } from 'typebox'
import { Text } from './input.ts'
import { Reference } from './reference.ts'
import { CreatedAt, Id, OneOf, SelfLink, Shape, Timestamp } from './shape.ts'

export const Branch = Shape({
  id: Id('br', 'Id of the branch.'),
  type: Type.Literal('branch'),
  url: SelfLink,
  gitName: Type.String({ description: 'Name of the git branch.' }),
  isDefault: Type.Boolean({ description: 'Whether databases that name no branch attach to it.' }),
  role: OneOf(['production', 'preview'], 'The first branch of a project is its production branch.'),
  createdAt: CreatedAt,
  updatedAt: Timestamp('When it was last changed.'),
  project: Reference('proj', 'project'),
})

export const CreateBranch = Type.Object({
  gitName: Text('Name of the git branch; unique in the project.'),
  isDefault: Type.Optional(Type.Boolean({ description: 'Whether it becomes the default branch.' })),
})

export const UpdateBranch = Type.Object(
  { isDefault: Type.Literal(true, { description: 'Makes it the project’s default branch.' }) },
  { additionalProperties: false },
)
