import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'
import {
  type Action,
  authorize,
  authorizeFound,
  type Call,
  isAllowed,
  type Principal,
  type SubjectName,
  type Subjects,
} from '../access/index.ts'
import { type Account, selectAccounts, toAccount } from './account.ts'
import type { AccountProject, Tenant } from './entities.ts'
import { isInside, type Surrounding } from './is-inside.ts'

type Missing = { readonly code: ErrorCode; readonly message: string }
const missing = (code: ErrorCode, noun: string): Missing => ({
  code,
  message: `There is no ${noun} with this id, or it is not accessible.`,
})
const NO_ACCOUNT = missing('organization-not-found', 'account')
const NO_TENANT = missing('workspace-not-found', 'tenant')
const NO_PROJECT = missing('project-not-found', 'project')

/**
 * As `authorizeFound`, except that whoever holds a role somewhere inside is told `forbidden`: what it works with names
 * the place, so that its existence is no secret to it.
 */
async function authorizeAround<Name extends SubjectName>(
  db: Executor,
  principal: Principal,
  asked: { action: Action; name: Name; fields: Subjects[Name]; place: Surrounding; missing: Missing },
): Promise<void> {
  const { action, name, fields } = asked
  if (!isAllowed(principal, 'read', name, fields) && (await isInside(db, principal, asked.place))) {
    authorize(principal, 'read', name, fields)
  }
  authorizeFound(principal, action, name, asked, () => fields, asked.missing)
}

/** The account, if the caller may do this to it. Throws `organization-not-found`, `forbidden`. */
export async function requireAccount(
  db: Executor,
  { principal }: Call,
  id: string,
  action: Action = 'read',
): Promise<Account> {
  const row = await selectAccounts(db).where('organizations.id', '=', id).executeTakeFirst()
  if (!row) throw new CroftError(NO_ACCOUNT.code, NO_ACCOUNT.message)
  const place = { organizationId: row.id }
  const asked = { action, name: 'organizations', fields: { id: row.id }, place, missing: NO_ACCOUNT } as const
  await authorizeAround(db, principal, asked)
  return toAccount(row)
}

export function selectTenants(db: Executor) {
  return db
    .selectFrom('workspaces')
    .select(['workspaces.id', 'workspaces.organization_id', 'workspaces.name', 'workspaces.created_at'])
}

export const toTenant = (row: {
  readonly id: string
  readonly organization_id: string
  readonly name: string
  readonly created_at: Date
}): Tenant => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  createdAt: row.created_at,
})

/** The tenant, if the caller may do this to it. Throws `workspace-not-found`, `forbidden`. */
export async function requireTenant(
  db: Executor,
  { principal }: Call,
  id: string,
  action: Action = 'read',
): Promise<Tenant> {
  const row = await selectTenants(db).where('workspaces.id', '=', id).executeTakeFirst()
  if (!row) throw new CroftError(NO_TENANT.code, NO_TENANT.message)
  const fields = { id: row.id, organizationId: row.organization_id, name: row.name }
  const asked = {
    action,
    name: 'workspaces',
    fields,
    place: { workspaceId: row.id },
    missing: NO_TENANT,
  } as const
  await authorizeAround(db, principal, asked)
  return toTenant(row)
}

export function selectAccountProjects(db: Executor) {
  return db
    .selectFrom('projects')
    .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
    .where('projects.deleted_at', 'is', null)
    .select(['projects.id', 'projects.workspace_id', 'projects.name', 'projects.created_at'])
    .select('workspaces.organization_id')
    .select(sql<Date>`coalesce(projects.updated_at, projects.created_at)`.as('updated_at'))
}

export const toAccountProject = (row: {
  readonly id: string
  readonly workspace_id: string
  readonly organization_id: string
  readonly name: string
  readonly created_at: Date
  readonly updated_at: Date
}): AccountProject => ({
  id: row.id,
  organizationId: row.organization_id,
  workspaceId: row.workspace_id,
  name: row.name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** The project, if the caller may do this to it. Throws `project-not-found`, `forbidden`. */
export async function requireProject(
  db: Executor,
  { principal }: Call,
  id: string,
  action: Action = 'read',
): Promise<AccountProject> {
  const row = await selectAccountProjects(db).where('projects.id', '=', id).executeTakeFirst()
  if (!row) throw new CroftError(NO_PROJECT.code, NO_PROJECT.message)
  const fields = { id: row.id, workspaceId: row.workspace_id, name: row.name }
  const asked = {
    action,
    name: 'projects',
    fields,
    place: { projectId: row.id },
    missing: NO_PROJECT,
  } as const
  await authorizeAround(db, principal, asked)
  return toAccountProject(row)
}

/** For lists that show each caller what it may read: whoever knows of the place may ask. */
export async function requireKnownAccount(db: Executor, call: Call, id: string): Promise<void> {
  if (!(await isInside(db, call.principal, { organizationId: id }))) await requireAccount(db, call, id)
}

/** As `requireKnownAccount`, of a tenant. */
export async function requireKnownTenant(db: Executor, call: Call, id: string): Promise<void> {
  if (!(await isInside(db, call.principal, { workspaceId: id }))) await requireTenant(db, call, id)
}
