import { Type } from 'typebox'
import { Name } from './input.ts'

const Time = Type.String({ format: 'date-time' })

export const Identity = Type.Object(
  {
    id: Type.String(),
    organizationId: Type.String(),
    name: Type.String(),
    clientId: Type.String({ description: 'Of a key pair: its public key.' }),
    enabled: Type.Boolean(),
    secretGeneration: Type.Integer({ description: '1 at first, one more with each new secret.' }),
    secretChangedAt: Time,
    createdBy: Type.Union([Type.String(), Type.Null()], { description: 'The id of the user who made it.' }),
    createdAt: Time,
    lastUsedAt: Type.Union([Time, Type.Null()], { description: 'True to the minute.' }),
  },
  { additionalProperties: false, description: 'A program that logs in by itself and holds roles.' },
)

export const IdentityWithSecret = Type.Object(
  {
    ...Identity.properties,
    clientSecret: Type.String({ description: 'Of a key pair: its private key. Shown this once.' }),
  },
  { additionalProperties: false },
)

export const CreateIdentity = Type.Object(
  { name: Name, organizationId: Type.String({ maxLength: 100 }) },
  { additionalProperties: false },
)

export const UpdateIdentity = Type.Object(
  {
    name: Type.Optional(Name),
    enabled: Type.Optional(Type.Boolean({ description: 'Switches it and its tokens off, or on again.' })),
  },
  { additionalProperties: false, minProperties: 1 },
)

export const ExchangeSecret = Type.Object(
  {
    clientId: Type.String({ minLength: 1, maxLength: 100 }),
    clientSecret: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
)

export const IdentityToken = Type.Object(
  {
    token: Type.String({ description: 'To be sent as a bearer token.' }),
    expiresIn: Type.Integer({ description: 'Seconds.' }),
  },
  { additionalProperties: false },
)
