import type {
  Account,
  AccountProject,
  AccountUser,
  Actor,
  DnsDetails,
  Tenant,
} from '../../../domain/accounts/index.ts'
import { timestamp } from '../timestamp.ts'
import { issuerOf } from './sign-in.ts'

const made = ({ createdAt, updatedAt }: { readonly createdAt: Date; readonly updatedAt: Date }) => ({
  created_at: timestamp(createdAt),
  updated_at: timestamp(updatedAt),
})

export const presentAccount = (account: Account) => ({
  id: account.id,
  name: account.name,
  eula: {
    accepted: account.acceptedEula !== null,
    ...(account.acceptedEula === null ? {} : { accepted_version: account.acceptedEula }),
  },
  global_config: {
    tls_preview_enabled: account.globalConfig.tlsPreviewEnabled ?? '',
    version_availability: account.globalConfig.versionAvailability ?? '',
    version_updatability: account.globalConfig.versionUpdatability ?? '',
  },
  pds_features_enabled: account.features.pds,
  baas_features_enabled: account.features.baas,
  pxone_features_enabled: account.features.pxone,
  ...made(account),
})

/** A tenant cannot be changed. */
export const presentTenant = ({ id, organizationId, name, createdAt }: Tenant) => ({
  ...{ id, account_id: organizationId, name },
  ...made({ createdAt, updatedAt: createdAt }),
})

export const presentProject = ({ id, organizationId, workspaceId, name, ...times }: AccountProject) => ({
  ...{ id, account_id: organizationId, tenant_id: workspaceId, name },
  ...made(times),
})

export const presentUser = ({ id, email, login, createdAt }: AccountUser, origin: string) => ({
  id,
  email,
  issuer: login?.issuer ?? issuerOf(origin).issuer,
  external_id: login?.subject ?? id,
  created_at: timestamp(createdAt),
})

export function presentDns({ zone, aws }: DnsDetails) {
  const { accessKey, secretKey, hostedZoneId } = aws ?? {}
  return {
    ...(zone === undefined ? {} : { dns_zone: zone }),
    ...(aws === undefined
      ? {}
      : {
          aws_details: {
            ...(accessKey === undefined ? {} : { access_key: accessKey }),
            ...(secretKey === undefined ? {} : { secret_key: secretKey }),
            ...(hostedZoneId === undefined ? {} : { hosted_zone_id: hostedZoneId }),
          },
        }),
  }
}

export function presentActor(actor: Actor) {
  const { id } = actor
  switch (actor.type) {
    case 'user':
      return { user: { id, email: actor.email, created_at: timestamp(actor.createdAt) } }
    case 'service-account':
      return { service_account: { id, name: actor.name, tenant_id: actor.workspaceId, ...made(actor) } }
    case 'service-identity':
      return { service_identity: { id, name: actor.name, account_id: actor.organizationId, ...made(actor) } }
  }
}
