import type {
  IdentityWithSecret,
  ServiceAccount,
  ServiceIdentity,
  UserKey,
} from '../../../domain/access/index.ts'
import { timestamp } from '../timestamp.ts'

const made = ({ createdAt, updatedAt }: { readonly createdAt: Date; readonly updatedAt: Date }) => ({
  created_at: timestamp(createdAt),
  updated_at: timestamp(updatedAt),
})

export const presentIdentity = (identity: ServiceIdentity) => ({
  id: identity.id,
  account_id: identity.organizationId,
  name: identity.name,
  ...(identity.description === null ? {} : { description: identity.description }),
  client_id: identity.clientId,
  enabled: identity.enabled,
  ...(identity.createdBy === null ? {} : { created_by: identity.createdBy }),
  secret_generation_count: identity.secretGeneration,
  secret_updated_at: timestamp(identity.secretChangedAt),
  ...made(identity),
})

export const presentIdentityWithToken = (identity: IdentityWithSecret) => ({
  ...presentIdentity(identity),
  client_token: identity.secret,
})

export const presentServiceAccount = ({
  id,
  organizationId,
  workspaceId,
  name,
  ...times
}: ServiceAccount) => ({
  ...{ id, account_id: organizationId, tenant_id: workspaceId, name },
  ...made(times),
})

export const presentUserKey = (key: UserKey) => ({
  id: key.id,
  user_id: key.userId,
  name: key.name,
  enabled: key.enabled,
  ...(key.expiresAt === null ? {} : { expires_at: timestamp(key.expiresAt) }),
  jwt_token: key.value,
  ...made(key),
})
