import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const MOST_ROLES = 100
const MOST_RESOURCES = 1000

const RoleName = Type.String({ maxLength: 100, description: 'One of `GET /api/roles`.' })

const RolesAt = Type.Object({
  role_name: RoleName,
  resource_ids: Type.Array(Uuid, { maxItems: MOST_RESOURCES }),
})

const orNull = (schema: Type.TArray) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description: 'Null is the same as left out.' }))

export const IamRequest = Type.Object({
  actor_id: Uuid,
  data: Type.Object({
    global: orNull(Type.Array(RoleName, { maxItems: MOST_ROLES })),
    account: orNull(Type.Array(RoleName, { maxItems: MOST_ROLES })),
    tenant: orNull(Type.Array(RolesAt, { maxItems: MOST_ROLES })),
    project: orNull(Type.Array(RolesAt, { maxItems: MOST_ROLES })),
    namespace: orNull(Type.Array(RolesAt, { maxItems: MOST_ROLES })),
  }),
})

const ActorType = Type.String({ description: '`user` or `service_identity`.' })

/** A level that was never given is not there; one that was given as an empty list is one. */
export const Iam = Type.Object({
  id: Uuid,
  account_id: Uuid,
  actor_id: Uuid,
  actor_type: ActorType,
  access_policy: Type.Object({
    account_id: Uuid,
    global: Type.Optional(Type.Array(Type.String())),
    account: Type.Optional(Type.Array(Type.String())),
    tenant: Type.Optional(Type.Array(RolesAt)),
    project: Type.Optional(Type.Array(RolesAt)),
    namespace: Type.Optional(Type.Array(RolesAt)),
  }),
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const Role = Type.Object({
  name: Type.String(),
  level: Type.String({ description: 'global, account, tenant, project or namespace.' }),
  extends: Type.Array(Type.String()),
  permissions: Type.Array(Type.String(), { description: '`<kind of thing>:<action>`.' }),
})

const binding = { actor_id: Uuid, actor_type: ActorType, role_name: Type.String() }
export const GlobalBinding = Type.Object(binding)
export const AccountBinding = Type.Object({ ...binding, account_id: Uuid })
export const TenantBinding = Type.Object({ ...binding, tenant_id: Uuid })
export const ProjectBinding = Type.Object({ ...binding, project_id: Uuid })

export const PutBinding = Type.Object({
  actor_id: Uuid,
  actor_type: Type.Optional(ActorType),
  role_name: RoleName,
})
export const DeleteBinding = Type.Object({ actor_id: Uuid, actor_type: Type.Optional(ActorType) })

/** What lists of bindings take. */
export const bindingQuery = {
  sort_by: Type.Optional(Type.String()),
  role_name: Type.Optional(Type.String()),
  actor_id: Type.Optional(Uuid),
  actor_type: Type.Optional(Type.String()),
}

export const NewInvitation = Type.Object({
  email: Type.String({ maxLength: 254 }),
  role_name: RoleName,
})
export const InvitationChanges = Type.Object({ role_name: RoleName })

export const Invitation = Type.Object({
  id: Uuid,
  account_id: Uuid,
  email: Type.String(),
  role_name: Type.String(),
  issuer: Type.String({ description: 'Where the one invited logs in.' }),
  created_at: Timestamp,
  updated_at: Timestamp,
})
