import type { Db, Tx } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/index.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import { authorize, type Call, checkName, insertServiceAccount, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { seedTemplates } from '../templates/index.ts'
import type { Account, Features } from './account.ts'
import { checkDomain, type DnsDetails, writeDns } from './dns.ts'
import { requireAccount } from './require-account.ts'

export interface AccountDeps {
  readonly db: Db
  readonly sealer: Sealer
}

export interface NewAccount {
  readonly name: string
  readonly subdomain?: string | undefined
  readonly features: Partial<Features>
  readonly dns?: DnsDetails | undefined
  readonly maasId?: string | undefined
}

/** What clients look for in each account, by these names. */
const DEFAULT = 'Default'
const AGENT_WRITER = 'Default-AgentWriter'

function checkSubdomain(subdomain: string | undefined): void {
  checkDomain(subdomain, '/subdomain')
  if (!subdomain?.includes('.')) return
  const message = 'must be one label, without points'
  throw new CroftError('invalid-input', `The subdomain ${message}.`, {
    fields: [{ path: '/subdomain', message }],
  })
}

async function insertTenant(tx: Tx, sealer: Sealer, call: Call, organizationId: string): Promise<void> {
  const [workspaceId, projectId, name] = [newId(), newId(), DEFAULT]
  await tx
    .insertInto('workspaces')
    .values({ id: workspaceId, organization_id: organizationId, name })
    .execute()
  const made = { workspaceId, subjectType: 'workspace', subjectId: workspaceId }
  await recordEvent(tx, call, { ...made, action: 'workspace.created', after: { name, organizationId } })
  await tx.insertInto('projects').values({ id: projectId, workspace_id: workspaceId, name }).execute()
  await recordEvent(tx, call, {
    ...{ workspaceId, action: 'project.created', subjectType: 'project', subjectId: projectId },
    after: { name },
  })
  await insertServiceAccount(tx, sealer, call, { workspaceId, name: AGENT_WRITER })
  await seedTemplates(tx, workspaceId)
}

async function bindMaker(tx: Tx, call: Call, organizationId: string): Promise<void> {
  const { userId } = call.principal
  if (userId === null) return
  const id = newId()
  const binding = {
    role: 'organization-admin',
    scope_type: 'organization',
    scope_id: organizationId,
  } as const
  await tx
    .insertInto('role_bindings')
    .values({ id, user_id: userId, ...binding })
    .execute()
  await recordEvent(tx, call, {
    ...{ workspaceId: null, action: 'role-binding.created', subjectType: 'role-binding', subjectId: id },
    after: { holder: userId, role: binding.role, organizationId },
  })
}

/**
 * Makes an organization with all that clients of Portworx expect in one: a workspace, a project, a service account that
 * agents join with, and templates. For administrators of the platform. Throws `forbidden`, `invalid-input`.
 */
export async function createAccount(
  { db, sealer }: AccountDeps,
  call: Call,
  input: NewAccount,
): Promise<Account> {
  const { resourceId: id = newId() } = call
  authorize(call.principal, 'create', 'organizations', { id })
  const name = checkName(input.name)
  checkSubdomain(input.subdomain)
  checkDomain(input.dns?.zone, '/dns_details/dns_zone')
  return transact(db, async (tx) => {
    if (await madeBefore(tx, call, 'organizations')) return requireAccount(tx, call, id)
    await tx.insertInto('organizations').values({ id, name }).execute()
    await recordEvent(tx, call, {
      ...{ workspaceId: null, action: 'organization.created', subjectType: 'organization', subjectId: id },
      after: { name },
    })
    const { subdomain, features, maasId } = input
    await tx
      .insertInto('account_details')
      .values({
        organization_id: id,
        features: { ...features, ...(subdomain ? { subdomain } : {}) },
        maas: maasId === undefined ? null : { id: maasId },
      })
      .execute()
    if (input.dns) await writeDns(tx, sealer, id, input.dns)
    await bindMaker(tx, call, id)
    await insertTenant(tx, sealer, call, id)
    return requireAccount(tx, call, id)
  })
}
