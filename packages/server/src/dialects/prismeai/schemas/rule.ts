import { type Static, Type } from 'typebox'
import { ACTIONS, KEY_SUBJECTS } from '../../../domain/access/index.ts'

function oneOrMore(values: readonly string[], description: string) {
  const one = { type: 'string', enum: [...values] }
  return Type.Unsafe<string | string[]>({ oneOf: [one, { type: 'array', items: one }], description })
}

const action = oneOrMore(ACTIONS, 'The actions that are allowed or denied.')
const role = Type.Unsafe<string | string[]>({
  oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  description:
    'The roles to which the rule is restricted: of a workspace’s security; kept and without effect in keys.',
})
const rest = {
  inverted: Type.Optional(Type.Boolean({ description: 'Forbids instead of allowing.' })),
  reason: Type.Optional(Type.String({ description: 'Told to whom this rule forbids something.' })),
  conditions: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      description: 'A subset of MongoDB’s queries: the rule takes effect where they match.',
    }),
  ),
  priority: Type.Optional(Type.Number({ description: 'Larger wins, and any wins over none. Below 1000.' })),
}

/** A rule as clients send it. */
export const Rule = Type.Object(
  {
    action,
    subject: oneOrMore(
      KEY_SUBJECTS,
      'What it is about; projects, branches, databases, backups and credentials are Croft’s.',
    ),
    role: Type.Optional(role),
    ...rest,
  },
  { additionalProperties: false },
)
export type Rule = Static<typeof Rule>

/** A rule as it is kept: of one kind of thing in one workspace. */
export const KeptRule = Type.Object(
  {
    action,
    subject: Type.String({ description: 'What it is about.' }),
    role: Type.Optional(role),
    ...rest,
  },
  { additionalProperties: false },
)
