import { Type } from 'typebox'
import { Text } from './input.ts'
import { CreatedAt, Id, SelfLink, Shape } from './shape.ts'

export const Workspace = Shape({
  id: Id('wksp', 'Id of the workspace.'),
  type: Type.Literal('workspace'),
  url: SelfLink,
  name: Type.String({ description: 'Display name.' }),
  createdAt: CreatedAt,
})

export const CreateWorkspace = Type.Object({ displayName: Type.Optional(Text('Display name.')) })

export const Subscription = Shape({
  planName: Type.String({ description: 'Always `Self-hosted`.' }),
  usageBlocked: Type.Boolean({ description: 'Always false: Croft sells no plan.' }),
  upgradeUrl: Type.String({ format: 'uri', description: 'The home page of this Croft.' }),
})
