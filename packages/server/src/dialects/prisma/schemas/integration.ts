import { Type } from 'typebox'
import { CreatedAt, Id, NullableString, SelfLink, Shape } from './shape.ts'

export const Integration = Shape({
  id: Id('itgr', 'Id of the integration.'),
  url: SelfLink,
  createdAt: CreatedAt,
  scopes: Type.Array(Type.String(), { description: 'What the user consented to.' }),
  client: Shape(
    {
      id: Type.String({ description: 'OAuth client id.' }),
      name: Type.String({ description: 'Name of the application.' }),
      createdAt: CreatedAt,
    },
    { description: 'The application.' },
  ),
  createdByUser: Shape(
    {
      id: Id('usr', 'Id of the user.'),
      email: Type.String({ description: 'Their email address.' }),
      displayName: NullableString({ description: 'Their name, when they gave one.' }),
    },
    { description: 'Who consented.' },
  ),
})
