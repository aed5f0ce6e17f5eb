import { type Static, Type } from 'typebox'
import { PRINTABLE } from '../../../platform/http/index.ts'
import { Text } from './input.ts'
import { Rule } from './rule.ts'

const Role = Type.Object(
  {
    description: Type.Optional(Text('What it is for.', 1000)),
    auth: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        description:
          'How one gets it in Prisme.ai; kept and shown, without effect. The value of a key is left out.',
      }),
    ),
  },
  { additionalProperties: false },
)

export const Security = Type.Object({
  authorizations: Type.Optional(
    Type.Object(
      {
        roles: Type.Optional(
          Type.Record(Type.String({ minLength: 1, maxLength: 128, pattern: PRINTABLE }), Role, {
            maxProperties: 200,
            description: 'The workspace’s own roles by name.',
          }),
        ),
        rules: Type.Optional(
          Type.Array(Rule, {
            description: 'Of everybody, or of who has one of `role`. Later ones are stronger.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ),
  authentication: Type.Optional(
    Type.Object(
      { clientId: Type.Optional(Text('Kept and shown, without effect.')) },
      { additionalProperties: false },
    ),
  ),
})
export type Security = Static<typeof Security>

export const Roles = Type.Array(
  Type.Object(
    { name: Type.String(), description: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
  { description: 'Owner, editor and the workspace’s own.' },
)
