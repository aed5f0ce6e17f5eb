import { type Insertable, sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/connect.ts'
import type { AccountDetailsTable } from '../../platform/db/deployment-tables.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Call, checkName } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import type { Account, GlobalConfig } from './account.ts'
import type { AccountDeps } from './create-account.ts'
import { checkDomain, type DnsDetails, writeDns } from './dns.ts'
import { requireAccount } from './require-account.ts'

/** Runs a change of the account, for who may make it. What is written in the trail is never a secret. */
function change(
  db: Db,
  call: Call,
  id: string,
  write: (tx: Tx, before: Account) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Account> {
  return transact(db, async (tx) => {
    // Those who change the same account go one after the other.
    await tx.selectFrom('organizations').select('id').where('id', '=', id).forUpdate().execute()
    const before = await requireAccount(tx, call, id, 'update')
    const after = await write(tx, before)
    await tx
      .updateTable('organizations')
      .set({ updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      ...{
        workspaceId: null,
        action: 'organization.updated',
        subjectType: 'organization',
        subjectId: before.id,
      },
      after,
    })
    return requireAccount(tx, call, id)
  })
}

type Details = Omit<Insertable<AccountDetailsTable>, 'organization_id'>

async function writeDetails(tx: Tx, id: string, details: Details): Promise<void> {
  await tx
    .insertInto('account_details')
    .values({ organization_id: id, ...details })
    .onConflict((same) => same.column('organization_id').doUpdateSet(details))
    .execute()
}

/** Throws `organization-not-found`, `forbidden`, `invalid-input`. */
export async function updateAccount(
  db: Db,
  call: Call,
  id: string,
  changes: { readonly name?: string | undefined },
): Promise<Account> {
  const name = changes.name === undefined ? undefined : checkName(changes.name)
  return change(db, call, id, async (tx, before) => {
    const wanted = name ?? before.name
    await tx.updateTable('organizations').set({ name: wanted }).where('id', '=', id).execute()
    return { name: wanted }
  })
}

const LONGEST_VERSION = 64

/** Notes to which version of the licence the account agrees. Throws as `updateAccount`. */
export async function acceptEula(db: Db, call: Call, id: string, version: string): Promise<void> {
  const wanted = version.trim()
  if (wanted === '' || wanted.length > LONGEST_VERSION || /\p{Cc}/u.test(wanted)) {
    const message = `must have 1 to ${LONGEST_VERSION} characters`
    throw new CroftError('invalid-input', `The version of the EULA ${message}.`, {
      fields: [{ path: '/version', message }],
    })
  }
  await change(db, call, id, async (tx) => {
    await writeDetails(tx, id, { eula_version: wanted, eula_accepted_at: new Date() })
    return { acceptedEula: wanted }
  })
}

/** Sets what is given and leaves the rest. Throws as `updateAccount`. */
export async function updateGlobalConfig(
  db: Db,
  call: Call,
  id: string,
  changes: GlobalConfig,
): Promise<void> {
  await change(db, call, id, async (tx, before) => {
    const globalConfig = { ...before.globalConfig, ...changes }
    await writeDetails(tx, id, { global_config: globalConfig })
    return { globalConfig }
  })
}

/** Replaces what databases are published with. Throws as `updateAccount`. */
export async function updateDns(
  { db, sealer }: AccountDeps,
  call: Call,
  id: string,
  dns: DnsDetails,
): Promise<void> {
  checkDomain(dns.zone, '/dns_zone')
  await change(db, call, id, async (tx, before) => {
    // Sealed for the id as the row has it, however the caller has spelled it.
    await writeDns(tx, sealer, before.id, dns)
    return { dnsZone: dns.zone ?? null }
  })
}

/** Without an id nothing changes. Throws as `updateAccount`. */
export async function updateMaas(db: Db, call: Call, id: string, maasId: string | undefined): Promise<void> {
  if (maasId === undefined) {
    await requireAccount(db, call, id, 'update')
    return
  }
  await change(db, call, id, async (tx) => {
    await writeDetails(tx, id, { maas: { id: maasId } })
    return { maasId }
  })
}
