import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const made = { created_at: Timestamp, updated_at: Timestamp }

export const ServiceIdentity = Type.Object({
  id: Uuid,
  account_id: Uuid,
  name: Type.String({ description: 'Of its own among those of the account.' }),
  description: Type.Optional(Type.String()),
  client_id: Type.String({
    description: 'With the token it logs in with; another one after each regeneration.',
  }),
  enabled: Type.Boolean({ description: 'Switched off, it cannot log in, and its tokens count for nothing.' }),
  created_by: Type.Optional({ ...Uuid, description: 'The user who made it, while there is one.' }),
  secret_generation_count: Type.Integer({ description: '1 at first, one more with each regeneration.' }),
  secret_updated_at: Timestamp,
  ...made,
})

export const ServiceIdentityWithToken = Type.Object({
  ...ServiceIdentity.properties,
  client_token: Type.String({ description: 'Not shown again.' }),
})

export const ServiceIdentityRequest = Type.Object({
  name: Type.String(),
  description: Type.Optional(Type.String({ maxLength: 4096 })),
  enabled: Type.Boolean(),
})

export const ServiceAccount = Type.Object({
  id: Uuid,
  account_id: Uuid,
  tenant_id: Uuid,
  name: Type.String(),
  ...made,
})

export const UserApiKey = Type.Object({
  id: Uuid,
  user_id: Uuid,
  name: Type.String({ description: 'Of its own among those of the user.' }),
  enabled: Type.Boolean(),
  expires_at: Type.Optional({ ...Timestamp, description: 'Absent: never.' }),
  jwt_token: Type.String({ description: 'The key, for "Authorization: Bearer". Opaque, not a JWT.' }),
  ...made,
})

const keyName = Type.String({ minLength: 1, maxLength: 256 })
export const NewUserApiKey = Type.Object({
  name: keyName,
  expires_at: Type.Optional(
    Type.String({ description: 'RFC 3339, in the future. Absent or empty: never. It cannot be changed.' }),
  ),
})
export const UserApiKeyChanges = Type.Object({
  name: Type.Optional(keyName),
  enabled: Type.Optional(Type.Boolean()),
})
