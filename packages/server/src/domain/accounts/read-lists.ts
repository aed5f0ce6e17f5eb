import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, isMemberOf } from '../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import { ORGANIZATION_COLUMNS, PROJECT_COLUMNS, WORKSPACE_COLUMNS } from '../tenancy/index.ts'
import { type Account, selectAccounts, toAccount } from './account.ts'
import type { AccountProject, AccountUser, Tenant } from './entities.ts'
import {
  requireAccount,
  requireKnownAccount,
  requireKnownTenant,
  selectAccountProjects,
  selectTenants,
  toAccountProject,
  toTenant,
} from './require-account.ts'
import { selectAccountUsers, toAccountUser } from './users.ts'

/** What a list is narrowed to, exactly. */
export interface NameFilter {
  readonly id?: string | undefined
  readonly name?: string | undefined
}

/** Those that the caller may read. */
export function listAccounts(
  db: Db,
  { principal }: Call,
  filter: NameFilter,
  page: SortedPageRequest,
): Promise<SortedPage<Account>> {
  const { where } = filterOf(principal, 'read', 'organizations', ORGANIZATION_COLUMNS)
  let query = selectAccounts(db).where(where)
  if (filter.id !== undefined) query = query.where('organizations.id', '=', filter.id)
  if (filter.name !== undefined) query = query.where('organizations.name', '=', filter.name)
  const columns = {
    id: sql`organizations.id`,
    name: sql`organizations.name`,
    created_at: sql`organizations.created_at`,
  }
  const isReadable = ({ id }: Account) => isAllowed(principal, 'read', 'organizations', { id })
  return readSortedPage({ query, columns, id: sql`organizations.id`, toItem: toAccount, isReadable }, page)
}

/** Those that the caller may read; who reads none of them is told so only if it has nothing to do with the account. */
export async function listTenants(
  db: Db,
  call: Call,
  filter: NameFilter & { readonly organizationId: string },
  page: SortedPageRequest,
): Promise<SortedPage<Tenant>> {
  await requireKnownAccount(db, call, filter.organizationId)
  const { principal } = call
  const { where } = filterOf(principal, 'read', 'workspaces', WORKSPACE_COLUMNS)
  let query = selectTenants(db).where('workspaces.organization_id', '=', filter.organizationId).where(where)
  if (filter.id !== undefined) query = query.where('workspaces.id', '=', filter.id)
  if (filter.name !== undefined) query = query.where('workspaces.name', '=', filter.name)
  const columns = {
    id: sql`workspaces.id`,
    name: sql`workspaces.name`,
    created_at: sql`workspaces.created_at`,
  }
  const isReadable = ({ id, organizationId, name }: Tenant) =>
    isAllowed(principal, 'read', 'workspaces', { id, organizationId, name })
  return readSortedPage({ query, columns, id: sql`workspaces.id`, toItem: toTenant, isReadable }, page)
}

/** As `listTenants`. */
export async function listAccountProjects(
  db: Db,
  call: Call,
  filter: NameFilter & { readonly workspaceId: string },
  page: SortedPageRequest,
): Promise<SortedPage<AccountProject>> {
  await requireKnownTenant(db, call, filter.workspaceId)
  const { principal } = call
  const { where } = filterOf(principal, 'read', 'projects', PROJECT_COLUMNS)
  let query = selectAccountProjects(db).where('projects.workspace_id', '=', filter.workspaceId).where(where)
  if (filter.id !== undefined) query = query.where('projects.id', '=', filter.id)
  if (filter.name !== undefined) query = query.where('projects.name', '=', filter.name)
  const columns = { id: sql`projects.id`, name: sql`projects.name`, created_at: sql`projects.created_at` }
  const isReadable = ({ id, workspaceId, name }: AccountProject) =>
    isAllowed(principal, 'read', 'projects', { id, workspaceId, name })
  return readSortedPage({ query, columns, id: sql`projects.id`, toItem: toAccountProject, isReadable }, page)
}

/** Whoever holds a role in the account or in anything inside, for those who may read it. */
export async function listAccountUsers(
  db: Db,
  call: Call,
  filter: {
    readonly organizationId: string
    readonly id?: string | undefined
    readonly email?: string | undefined
  },
  page: SortedPageRequest,
): Promise<SortedPage<AccountUser>> {
  await requireAccount(db, call, filter.organizationId)
  let query = selectAccountUsers(db).where(isMemberOf([filter.organizationId]))
  if (filter.id !== undefined) query = query.where('users.id', '=', filter.id)
  if (filter.email !== undefined) query = query.where('users.email', '=', filter.email)
  const columns = { id: sql`users.id`, email: sql`users.email`, created_at: sql`users.created_at` }
  return readSortedPage({ query, columns, id: sql`users.id`, toItem: toAccountUser }, page)
}
