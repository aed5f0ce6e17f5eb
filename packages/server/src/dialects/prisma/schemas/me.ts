import { Type } from 'typebox'
import { Id, Nullable, NullableString, OneOf, Shape } from './shape.ts'

export const Me = Shape({
  user: Nullable(
    Shape({
      id: Id('usr', 'Id of the user.'),
      email: Type.String({ description: 'Their email address.' }),
      name: NullableString({ description: 'Their name, when they gave one.' }),
    }),
    'The person behind the token; null for a service token.',
  ),
  workspace: Nullable(
    Shape({
      id: Id('wksp', 'Id of the workspace.'),
      name: Type.String({ description: 'Its name.' }),
    }),
    'The workspace the token is bound to.',
  ),
  credential: Shape(
    {
      type: OneOf(['oauth', 'service_token', 'management_token'], 'What kind of token it is.'),
      id: NullableString({ description: 'Id of the service token or the integration.' }),
      name: NullableString({ description: 'Name of the service token.' }),
    },
    { description: 'The token itself.' },
  ),
})
