import { type Static, Type } from 'typebox'
import type { DnsDetails as Dns } from '../../../../domain/accounts/index.ts'
import { readList, toPage } from '../../list.ts'
import { operation } from '../../operation.ts'
import { presentAccount, presentDns, presentTenant, presentUser } from '../../presenters/account.ts'
import {
  Account,
  DnsDetails,
  GlobalConfigChanges,
  MaasDetails,
  NewAccount,
  Tenant,
  User,
} from '../../schemas/account.ts'
import { listQuery, OfId, PageOf, Uuid } from '../../schemas/wire.ts'

const tag = 'Accounts'
const byName = { id: Type.Optional(Uuid), name: Type.Optional(Type.String()) }

const toDns = ({ dns_zone: zone, aws_details: aws }: Static<typeof DnsDetails>): Dns => ({
  zone,
  aws: aws && {
    accessKey: aws.access_key,
    secretKey: aws.secret_key,
    hostedZoneId: aws.hosted_zone_id,
  },
})

export const listAccounts = operation({
  tag,
  summary: 'List accounts',
  description: 'Those that the caller may see.',
  query: Type.Object({ ...listQuery, ...byName }),
  status: 200,
  response: PageOf(Account),
  async handle({ call, query }, { accounts }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    return toPage(page, await accounts.listAccounts(call, query, page), presentAccount)
  },
})

export const createAccount = operation({
  tag,
  summary: 'Create an account',
  description:
    'With a tenant "Default", a project "Default" and a service account "Default-AgentWriter". For administrators of the platform; the user who makes it becomes its account-admin.',
  body: NewAccount,
  status: 200,
  response: Account,
  async handle({ call, body }, { accounts }) {
    const { pds_features_enabled: pds, baas_features_enabled: baas, pxone_features_enabled: pxone } = body
    const account = await accounts.createAccount(call, {
      name: body.name,
      subdomain: body.subdomain,
      features: {
        ...(pds === undefined ? {} : { pds }),
        ...(baas === undefined ? {} : { baas }),
        ...(pxone === undefined ? {} : { pxone }),
      },
      dns: body.dns_details && toDns(body.dns_details),
      maasId: body.maas_details?.maas_id,
    })
    return presentAccount(account)
  },
})

export const getAccount = operation({
  tag,
  summary: 'Get an account',
  description: 'Whoever only has a role somewhere inside the account is refused; others do not find it.',
  params: OfId,
  status: 200,
  response: Account,
  async handle({ call, params }, { accounts }) {
    return presentAccount(await accounts.getAccount(call, params.id))
  },
})

export const updateAccount = operation({
  tag,
  summary: 'Rename an account',
  params: OfId,
  body: Type.Object({ name: Type.Optional(Type.String()) }),
  status: 200,
  response: Account,
  async handle({ call, params, body }, { accounts }) {
    return presentAccount(await accounts.updateAccount(call, params.id, { name: body.name }))
  },
})

export const acceptEula = operation({
  tag,
  summary: 'Accept a version of the EULA',
  params: OfId,
  body: Type.Object({ version: Type.String() }),
  status: 204,
  async handle({ call, params, body }, { accounts }) {
    await accounts.acceptEula(call, params.id, body.version)
  },
})

export const updateGlobalConfig = operation({
  tag,
  summary: 'Change what holds for the whole account',
  params: OfId,
  body: GlobalConfigChanges,
  status: 204,
  async handle({ call, params, body }, { accounts }) {
    await accounts.updateGlobalConfig(call, params.id, {
      ...(body.tls_preview_enabled ? { tlsPreviewEnabled: 'all' } : {}),
      ...(body.version_availability ? { versionAvailability: 'all' } : {}),
      ...(body.version_updatability ? { versionUpdatability: 'all' } : {}),
    })
  },
})

export const updateDnsDetails = operation({
  tag,
  summary: 'Replace what deployments are published with',
  params: OfId,
  body: DnsDetails,
  status: 204,
  async handle({ call, params, body }, { accounts }) {
    await accounts.updateDns(call, params.id, toDns(body))
  },
})

export const getMaasDetails = operation({
  tag,
  summary: 'Get the account’s id at the metering service',
  params: OfId,
  status: 200,
  response: MaasDetails,
  async handle({ call, params }, { accounts }) {
    const maasId = await accounts.getMaas(call, params.id)
    return maasId === null ? {} : { maas_id: maasId }
  },
})

export const updateMaasDetails = operation({
  tag,
  summary: 'Set the account’s id at the metering service',
  description: 'The original documents no body, and its client sends none; nothing changes then.',
  params: OfId,
  body: Type.Object({ maas_id: Type.Optional(Type.String({ maxLength: 1024 })) }),
  status: 204,
  async handle({ call, params, body }, { accounts }) {
    await accounts.updateMaas(call, params.id, body.maas_id)
  },
})

export const listTenants = operation({
  tag,
  summary: 'List an account’s tenants',
  description: 'Those that the caller may see.',
  params: OfId,
  query: Type.Object({ ...listQuery, ...byName }),
  status: 200,
  response: PageOf(Tenant),
  async handle({ call, params, query }, { accounts }) {
    const page = readList(query, ['id', 'name', 'created_at'])
    const filter = { ...query, organizationId: params.id }
    return toPage(page, await accounts.listTenants(call, filter, page), presentTenant)
  },
})

export const listAccountUsers = operation({
  tag,
  summary: 'List an account’s users',
  description: 'Whoever has a role in the account or in anything inside.',
  params: OfId,
  query: Type.Object({ ...listQuery, id: Type.Optional(Uuid), email: Type.Optional(Type.String()) }),
  status: 200,
  response: PageOf(User),
  async handle({ call, params, query, origin }, { accounts }) {
    const page = readList(query, ['id', 'email', 'created_at'])
    const filter = { ...query, organizationId: params.id }
    return toPage(page, await accounts.listUsers(call, filter, page), (user) => presentUser(user, origin))
  },
})

export const getTenantDnsDetails = operation({
  tag,
  summary: 'Get what a tenant’s deployments are published with',
  description:
    'As it was set for the account. The keys are for administrators of the tenant and its service accounts; others see the rest.',
  params: OfId,
  status: 200,
  response: DnsDetails,
  async handle({ call, params }, { accounts }) {
    return presentDns(await accounts.getTenantDns(call, params.id))
  },
})
