import { Type } from 'typebox'
import { Name } from './input.ts'

const Time = Type.String({ format: 'date-time' })
const MaybeTime = Type.Union([Time, Type.Null()])

export const UserKey = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    value: Type.String({ description: 'To be sent as a bearer token.' }),
    enabled: Type.Boolean(),
    createdAt: Time,
    expiresAt: MaybeTime,
    lastUsedAt: Type.Union([Time, Type.Null()], { description: 'True to the minute.' }),
  },
  { additionalProperties: false, description: 'A key of a user’s own; it may do what its user may.' },
)

export const CreateUserKey = Type.Object(
  {
    name: Name,
    expiresAt: Type.Optional(Type.Union([Time, Type.Null()], { description: 'Never unless given.' })),
  },
  { additionalProperties: false },
)

export const UpdateUserKey = Type.Object(
  {
    name: Type.Optional(Name),
    enabled: Type.Optional(Type.Boolean({ description: 'Switches it off, or on again.' })),
  },
  { additionalProperties: false, minProperties: 1 },
)
