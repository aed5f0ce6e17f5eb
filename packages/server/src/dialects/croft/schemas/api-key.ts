import { Type } from 'typebox'
import { Line, Name } from './input.ts'

const Time = Type.String({ format: 'date-time' })
const Words = Type.Union([Type.String({ maxLength: 100 }), Type.Array(Type.String({ maxLength: 100 }))])

/** A rule as it is sent: of one or several actions and subjects. */
export const RuleInput = Type.Object(
  {
    action: Words,
    subject: Words,
    inverted: Type.Optional(Type.Boolean({ description: 'Forbids instead of allowing.' })),
    reason: Type.Optional(Line(1000, 'Told to who is refused by it.')),
    conditions: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    priority: Type.Optional(Type.Integer({ minimum: -999, maximum: 999 })),
    role: Type.Optional(Words),
  },
  { additionalProperties: false },
)

/** A rule as it is kept: of one subject, bound to the key's workspace. */
export const StoredRule = Type.Object(
  {
    action: Words,
    subject: Type.String(),
    inverted: Type.Optional(Type.Boolean()),
    reason: Type.Optional(Type.String()),
    conditions: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    priority: Type.Optional(Type.Integer()),
    role: Type.Optional(Words),
  },
  { additionalProperties: false },
)

export const ApiKey = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    workspaceId: Type.String(),
    rules: Type.Array(StoredRule),
    disabled: Type.Boolean(),
    createdAt: Time,
    updatedAt: Time,
    lastUsedAt: Type.Union([Time, Type.Null()], { description: 'True to the minute.' }),
  },
  { additionalProperties: false, description: 'What may be done with it is what its rules say.' },
)

export const ApiKeyWithValue = Type.Object(
  {
    ...ApiKey.properties,
    value: Type.String({ description: 'What is sent as `x-prismeai-api-key`, or as a bearer token.' }),
  },
  { additionalProperties: false },
)

const rules = Type.Array(RuleInput, { maxItems: 1000 })

export const CreateApiKey = Type.Object(
  { name: Name, workspaceId: Type.Optional(Type.String({ maxLength: 100 })), rules },
  { additionalProperties: false },
)

export const UpdateApiKey = Type.Object(
  {
    name: Type.Optional(Name),
    rules: Type.Optional(rules),
    disabled: Type.Optional(Type.Boolean({ description: 'Switches it off, or on again.' })),
  },
  { additionalProperties: false, minProperties: 1 },
)
