import type { Operations } from '../../operation.ts'
import {
  acceptEula,
  createAccount,
  getAccount,
  getMaasDetails,
  getTenantDnsDetails,
  listAccounts,
  listAccountUsers,
  listTenants,
  updateAccount,
  updateDnsDetails,
  updateGlobalConfig,
  updateMaasDetails,
} from './accounts.ts'
import { askAuthorizer, whoAmI } from './actor.ts'
import { searchCopilot } from './copilot.ts'
import { getApiVersion, getMetadata } from './metadata.ts'
import { getProject, getTeam, getTenant, getUser, listTenantProjects } from './tenants.ts'

export const accountOperations: Operations = {
  listAccounts: ['GET', '/api/accounts', listAccounts],
  createAccount: ['POST', '/api/accounts', createAccount],
  getAccount: ['GET', '/api/accounts/{id}', getAccount],
  updateAccount: ['PATCH', '/api/accounts/{id}', updateAccount],
  acceptEula: ['PUT', '/api/accounts/{id}/eula', acceptEula],
  updateGlobalConfig: ['PUT', '/api/accounts/{id}/global-config', updateGlobalConfig],
  updateDnsDetails: ['PUT', '/api/accounts/{id}/dns-details', updateDnsDetails],
  getMaasDetails: ['GET', '/api/accounts/{id}/maas-details', getMaasDetails],
  updateMaasDetails: ['PUT', '/api/accounts/{id}/maas-details', updateMaasDetails],
  listTenants: ['GET', '/api/accounts/{id}/tenants', listTenants],
  listAccountUsers: ['GET', '/api/accounts/{id}/users', listAccountUsers],
  getTenant: ['GET', '/api/tenants/{id}', getTenant],
  getTenantDnsDetails: ['GET', '/api/tenants/{id}/dns-details', getTenantDnsDetails],
  listTenantProjects: ['GET', '/api/tenants/{id}/projects', listTenantProjects],
  getProject: ['GET', '/api/projects/{id}', getProject],
  getUser: ['GET', '/api/users/{id}', getUser],
  getTeam: ['GET', '/api/teams/{id}', getTeam],
  getMetadata: ['GET', '/api/metadata', getMetadata],
  getApiVersion: ['GET', '/api/version', getApiVersion],
  whoAmI: ['GET', '/api/whoami', whoAmI],
  askAuthorizer: ['POST', '/api/authorizer', askAuthorizer],
  searchCopilot: ['POST', '/api/copilot/search', searchCopilot],
}
