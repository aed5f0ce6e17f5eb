import type { Executor } from '../../platform/db/connect.ts'
import { type Call, isAllowed } from '../access/index.ts'
import type { AccountDeps } from './create-account.ts'
import { type DnsDetails, readDns } from './dns.ts'
import { requireAccount, requireTenant } from './require-account.ts'

/** The id at the metering service; null for none. Throws `organization-not-found`, `forbidden`. */
export async function getMaas(db: Executor, call: Call, id: string): Promise<string | null> {
  await requireAccount(db, call, id)
  const row = await db
    .selectFrom('account_details')
    .where('organization_id', '=', id)
    .select('maas')
    .executeTakeFirst()
  const maasId = row?.maas?.id
  return typeof maasId === 'string' ? maasId : null
}

/**
 * What a tenant's databases are published with; the keys only for who may do everything with the tenant, as its agent
 * may. Throws `workspace-not-found`, `forbidden`.
 */
export async function getTenantDns({ db, sealer }: AccountDeps, call: Call, id: string): Promise<DnsDetails> {
  const { organizationId, name } = await requireTenant(db, call, id)
  const secrets = isAllowed(call.principal, 'manage', 'workspaces', { id, organizationId, name })
  return readDns(db, sealer, organizationId, { secrets })
}
