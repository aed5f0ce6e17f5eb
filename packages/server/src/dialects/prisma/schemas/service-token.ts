import { Type } from 'typebox'
import { Text } from './input.ts'
import { CreatedAt, Id, NullableString, Shape } from './shape.ts'

const base = {
  id: Id('tok', 'Id of the service token.'),
  type: Type.Literal('serviceToken'),
  name: Type.String({ description: 'Display name.' }),
  valueHint: Type.String({ description: 'The last four characters of the token.' }),
  createdAt: CreatedAt,
  expiresAt: NullableString({ format: 'date-time', description: 'When it stops working; null is never.' }),
}
export const ServiceToken = Shape(base)
export const NewServiceToken = Shape({
  ...base,
  value: Type.String({ description: 'The token; shown this once.' }),
})
export const CreateServiceToken = Type.Object({ name: Text('Display name.') })
