import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const made = { created_at: Timestamp, updated_at: Timestamp }

const SETTING = 'Either "all" or empty.'
export const Account = Type.Object({
  id: Uuid,
  name: Type.String(),
  eula: Type.Object({
    accepted: Type.Boolean(),
    accepted_version: Type.Optional(Type.String({ description: 'Absent until one was accepted.' })),
  }),
  global_config: Type.Object({
    tls_preview_enabled: Type.String({ description: SETTING }),
    version_availability: Type.String({ description: SETTING }),
    version_updatability: Type.String({ description: SETTING }),
  }),
  pds_features_enabled: Type.Boolean(),
  baas_features_enabled: Type.Boolean(),
  pxone_features_enabled: Type.Boolean(),
  ...made,
})

const text = (description: string) => Type.Optional(Type.String({ maxLength: 1024, description }))

export const DnsDetails = Type.Object({
  dns_zone: text('The zone that names of deployments are in, such as "db.example.com".'),
  aws_details: Type.Optional(
    Type.Object({
      access_key: text('Shown to administrators of the tenant only.'),
      secret_key: text('Shown to administrators of the tenant only.'),
      hosted_zone_id: text('Of the zone, at AWS.'),
    }),
  ),
})

export const MaasDetails = Type.Object({ maas_id: text('The account’s id at the metering service.') })

export const NewAccount = Type.Object({
  name: Type.String({ description: 'Name of the account.' }),
  subdomain: text('One label of a domain name; kept.'),
  pds_features_enabled: Type.Optional(Type.Boolean()),
  baas_features_enabled: Type.Optional(Type.Boolean()),
  pxone_features_enabled: Type.Optional(Type.Boolean()),
  dns_details: Type.Optional(DnsDetails),
  maas_details: Type.Optional(MaasDetails),
})

const Setting = Type.Optional(
  Type.String({ pattern: '^(all)?$', description: '"all"; empty changes nothing.' }),
)
export const GlobalConfigChanges = Type.Object({
  tls_preview_enabled: Setting,
  version_availability: Setting,
  version_updatability: Setting,
})

export const Tenant = Type.Object({ id: Uuid, account_id: Uuid, name: Type.String(), ...made })
export const Project = Type.Object({
  id: Uuid,
  account_id: Uuid,
  tenant_id: Uuid,
  name: Type.String(),
  ...made,
})
export const Team = Type.Object({ id: Uuid, account_id: Uuid, tenant_id: Uuid, name: Type.String(), ...made })

export const User = Type.Object({
  id: Uuid,
  email: Type.String(),
  issuer: Type.String({
    description: 'Where the user logs in; of Croft’s own users that of /auth/oidc-info.',
  }),
  external_id: Type.String({ description: 'What the issuer calls the user.' }),
  created_at: Timestamp,
})
