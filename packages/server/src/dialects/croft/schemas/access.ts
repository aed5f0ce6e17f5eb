import { Type } from 'typebox'
import { Name } from './input.ts'

const Time = Type.String({ format: 'date-time' })
const MaybeTime = Type.Union([Time, Type.Null()])

export const Token = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    workspaceId: Type.String(),
    hint: Type.String({ description: 'Its last four characters.' }),
    createdAt: Time,
    expiresAt: MaybeTime,
  },
  { additionalProperties: false, description: 'A service token; it may do everything in its workspace.' },
)

export const CreatedToken = Type.Object(
  { ...Token.properties, value: Type.String({ description: 'Shown this once.' }) },
  { additionalProperties: false },
)

export const CreateToken = Type.Object(
  {
    name: Name,
    workspaceId: Type.Optional(Type.String({ description: 'The caller’s own unless given.' })),
    expiresAt: Type.Optional(Time),
  },
  { additionalProperties: false },
)

export const OAuthApplication = Type.Object(
  {
    id: Type.String(),
    clientId: Type.String(),
    name: Type.String(),
    redirectUris: Type.Array(Type.String()),
    confidential: Type.Boolean({ description: 'Whether it has a secret; a public one must use PKCE.' }),
    createdAt: Time,
  },
  { additionalProperties: false, description: 'An application that may ask people for access.' },
)

export const CreatedOAuthApplication = Type.Object(
  {
    ...OAuthApplication.properties,
    clientSecret: Type.Union([Type.String({ description: 'Shown this once.' }), Type.Null()]),
  },
  { additionalProperties: false },
)

export const CreateOAuthApplication = Type.Object(
  {
    name: Name,
    redirectUris: Type.Array(Type.String({ maxLength: 2000 }), { minItems: 1, maxItems: 20 }),
    confidential: Type.Optional(Type.Boolean({ default: true })),
  },
  { additionalProperties: false },
)
