import type { Operations } from '../../operation.ts'
import {
  createServiceAccount,
  deleteServiceAccount,
  getServiceAccount,
  getServiceAccountToken,
  listServiceAccounts,
} from './service-accounts.ts'
import {
  createServiceIdentity,
  deleteServiceIdentity,
  getServiceIdentity,
  listServiceIdentities,
  regenerateServiceIdentity,
  updateServiceIdentity,
} from './service-identities.ts'
import {
  createUserApiKey,
  deleteUserApiKey,
  getUserApiKey,
  listUserApiKeys,
  updateUserApiKey,
} from './user-keys.ts'

export const identityOperations: Operations = {
  listServiceIdentities: ['GET', '/api/accounts/{id}/service-identity', listServiceIdentities],
  createServiceIdentity: ['POST', '/api/accounts/{id}/service-identity', createServiceIdentity],
  getServiceIdentity: ['GET', '/api/service-identity/{id}', getServiceIdentity],
  updateServiceIdentity: ['PUT', '/api/service-identity/{id}', updateServiceIdentity],
  deleteServiceIdentity: ['DELETE', '/api/service-identity/{id}', deleteServiceIdentity],
  regenerateServiceIdentity: ['GET', '/api/service-identity/{id}/regenerate', regenerateServiceIdentity],
  listServiceAccounts: ['GET', '/api/tenants/{id}/service-accounts', listServiceAccounts],
  createServiceAccount: ['POST', '/api/tenants/{id}/service-accounts', createServiceAccount],
  getServiceAccount: ['GET', '/api/service-accounts/{id}', getServiceAccount],
  getServiceAccountToken: ['GET', '/api/service-accounts/{id}/token', getServiceAccountToken],
  deleteServiceAccount: ['DELETE', '/api/service-accounts/{id}', deleteServiceAccount],
  listUserApiKeys: ['GET', '/api/user-api-key', listUserApiKeys],
  createUserApiKey: ['POST', '/api/user-api-key', createUserApiKey],
  getUserApiKey: ['GET', '/api/user-api-key/{id}', getUserApiKey],
  updateUserApiKey: ['PATCH', '/api/user-api-key/{id}', updateUserApiKey],
  deleteUserApiKey: ['DELETE', '/api/user-api-key/{id}', deleteUserApiKey],
}
