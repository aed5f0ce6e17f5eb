import type { Call } from '../access/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import type { GlobalConfig } from './account.ts'
import { askAuthorizer, type Question } from './ask-authorizer.ts'
import { type AccountDeps, createAccount, type NewAccount } from './create-account.ts'
import type { DnsDetails } from './dns.ts'
import { getMaas, getTenantDns } from './read-details.ts'
import {
  listAccountProjects,
  listAccounts,
  listAccountUsers,
  listTenants,
  type NameFilter,
} from './read-lists.ts'
import { requireAccount, requireProject, requireTenant } from './require-account.ts'
import { acceptEula, updateAccount, updateDns, updateGlobalConfig, updateMaas } from './update-account.ts'
import { getAccountUser } from './users.ts'
import { whoAmI } from './who-am-i.ts'

export { type Account, GLOBAL_SETTINGS, type GlobalConfig, readGlobalConfig } from './account.ts'
export { ENTITY_TYPES, OPERATIONS } from './ask-authorizer.ts'
export type { DnsDetails } from './dns.ts'
export type { AccountProject, AccountUser, Actor, Tenant } from './entities.ts'
export { requireAccount, requireProject, requireTenant } from './require-account.ts'

/** Organizations, workspaces, projects and people as the API of Portworx sees them. */
export function createAccounts(deps: AccountDeps) {
  const { db } = deps
  return {
    listAccounts: (call: Call, filter: NameFilter, page: SortedPageRequest) =>
      listAccounts(db, call, filter, page),
    getAccount: (call: Call, id: string) => requireAccount(db, call, id),
    createAccount: (call: Call, input: NewAccount) => createAccount(deps, call, input),
    updateAccount: (call: Call, id: string, changes: { readonly name?: string | undefined }) =>
      updateAccount(db, call, id, changes),
    acceptEula: (call: Call, id: string, version: string) => acceptEula(db, call, id, version),
    updateGlobalConfig: (call: Call, id: string, changes: GlobalConfig) =>
      updateGlobalConfig(db, call, id, changes),
    updateDns: (call: Call, id: string, dns: DnsDetails) => updateDns(deps, call, id, dns),
    getMaas: (call: Call, id: string) => getMaas(db, call, id),
    updateMaas: (call: Call, id: string, maasId: string | undefined) => updateMaas(db, call, id, maasId),

    listTenants: (call: Call, filter: NameFilter & { organizationId: string }, page: SortedPageRequest) =>
      listTenants(db, call, filter, page),
    getTenant: (call: Call, id: string) => requireTenant(db, call, id),
    getTenantDns: (call: Call, id: string) => getTenantDns(deps, call, id),
    listProjects: (call: Call, filter: NameFilter & { workspaceId: string }, page: SortedPageRequest) =>
      listAccountProjects(db, call, filter, page),
    getProject: (call: Call, id: string) => requireProject(db, call, id),
    listUsers: (call: Call, filter: Parameters<typeof listAccountUsers>[2], page: SortedPageRequest) =>
      listAccountUsers(db, call, filter, page),
    getUser: (call: Call, id: string) => getAccountUser(db, call, id),

    whoAmI: (call: Call) => whoAmI(db, call),
    askAuthorizer: (call: Call, question: Question) => askAuthorizer(db, call, question),
  }
}
export type Accounts = ReturnType<typeof createAccounts>
