import type { Operation } from './operation.ts'
import {
  beginSecondFactor,
  changePassword,
  confirmSecondFactor,
  disableSecondFactor,
  requestPasswordReset,
  resetPassword,
} from './routes/account.ts'
import { createApiKey, deleteApiKey, getApiKey, listApiKeys, updateApiKey } from './routes/api-keys.ts'
import {
  getBackupPolicy,
  listDeletedDatabases,
  purgeDeletedDatabase,
  setBackupPolicy,
  showBackupKey,
} from './routes/backup-policy.ts'
import {
  createBackupTarget,
  deleteBackupTarget,
  getBackupTarget,
  listBackupTargets,
  probeBackupTarget,
  updateBackupTarget,
} from './routes/backup-targets.ts'
import { createBackup, getBackup, listBackups, listWorkspaceBackups, verifyBackup } from './routes/backups.ts'
import {
  createCredential,
  deleteCredential,
  listCredentials,
  rotateCredential,
} from './routes/credentials.ts'
import {
  createDatabase,
  deleteDatabase,
  getDatabase,
  listDatabases,
  quarantineDatabase,
  releaseDatabase,
  restoreDatabase,
  updateDatabase,
} from './routes/databases.ts'
import {
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
  updateEnvironment,
} from './routes/environments.ts'
import {
  exportEvents,
  followEvents,
  getEventRetention,
  listEvents,
  setEventRetention,
  verifyEvents,
} from './routes/events.ts'
import { exchangeSecret, keyPairs, serviceIdentities } from './routes/identities.ts'
import {
  acceptInvitation,
  createInvitation,
  deleteInvitation,
  joinByInvitation,
  listInvitations,
} from './routes/invitations.ts'
import { getMe } from './routes/me.ts'
import {
  createOAuthApplication,
  deleteOAuthApplication,
  listOAuthApplications,
} from './routes/oauth-applications.ts'
import { createPlan, deletePlan, getPlan, listPlans, updatePlan } from './routes/plans.ts'
import { listEngines, listSizes, listTargets, rotateKeys } from './routes/platform.ts'
import {
  createRestorePoint,
  deleteRestorePoint,
  getRecoveryWindow,
  getRestorePoint,
  listRestorePoints,
  listRestores,
} from './routes/recovery.ts'
import { createRoleBinding, deleteRoleBinding, listRoleBindings, listRoles } from './routes/roles.ts'
import { endOtherSessions, endSession, getSession, listSessions, logIn, logOut } from './routes/sessions.ts'
import {
  createOrganization,
  createWorkspace,
  getOrganization,
  getWorkspace,
  listOrganizations,
  listWorkspaces,
} from './routes/tenancy.ts'
import { createToken, listTokens, revokeToken } from './routes/tokens.ts'
import { createUserKey, deleteUserKey, getUserKey, listUserKeys, updateUserKey } from './routes/user-keys.ts'
import {
  createPasswordReset,
  createUser,
  getUser,
  listUsers,
  removeSecondFactor,
  updateUser,
} from './routes/users.ts'

/** Our own API: what no dialect covers, for the CLI and the console. */
export const OPERATIONS = {
  listDatabases: ['GET', '/databases', listDatabases],
  createDatabase: ['POST', '/databases', createDatabase],
  getDatabase: ['GET', '/databases/{id}', getDatabase],
  updateDatabase: ['PATCH', '/databases/{id}', updateDatabase],
  deleteDatabase: ['DELETE', '/databases/{id}', deleteDatabase],
  restoreDatabase: ['POST', '/databases/{id}/restore', restoreDatabase],
  quarantineDatabase: ['POST', '/databases/{id}/quarantine', quarantineDatabase],
  releaseDatabase: ['DELETE', '/databases/{id}/quarantine', releaseDatabase],

  listCredentials: ['GET', '/databases/{id}/credentials', listCredentials],
  createCredential: ['POST', '/databases/{id}/credentials', createCredential],
  rotateCredential: ['POST', '/credentials/{id}/rotate', rotateCredential],
  deleteCredential: ['DELETE', '/credentials/{id}', deleteCredential],

  listBackups: ['GET', '/databases/{id}/backups', listBackups],
  createBackup: ['POST', '/databases/{id}/backups', createBackup],
  getBackup: ['GET', '/backups/{id}', getBackup],
  verifyBackup: ['POST', '/backups/{id}/verify', verifyBackup],
  listWorkspaceBackups: ['GET', '/workspaces/{id}/backups', listWorkspaceBackups],

  getRecoveryWindow: ['GET', '/databases/{id}/recovery-window', getRecoveryWindow],
  listRestores: ['GET', '/databases/{id}/restores', listRestores],
  listRestorePoints: ['GET', '/databases/{id}/restore-points', listRestorePoints],
  createRestorePoint: ['POST', '/databases/{id}/restore-points', createRestorePoint],
  getRestorePoint: ['GET', '/restore-points/{id}', getRestorePoint],
  deleteRestorePoint: ['DELETE', '/restore-points/{id}', deleteRestorePoint],

  getBackupPolicy: ['GET', '/databases/{id}/backup-policy', getBackupPolicy],
  showBackupKey: ['POST', '/databases/{id}/backup-key', showBackupKey],
  setBackupPolicy: ['PUT', '/databases/{id}/backup-policy', setBackupPolicy],
  listBackupTargets: ['GET', '/workspaces/{id}/backup-targets', listBackupTargets],
  createBackupTarget: ['POST', '/workspaces/{id}/backup-targets', createBackupTarget],
  getBackupTarget: ['GET', '/backup-targets/{id}', getBackupTarget],
  updateBackupTarget: ['PATCH', '/backup-targets/{id}', updateBackupTarget],
  deleteBackupTarget: ['DELETE', '/backup-targets/{id}', deleteBackupTarget],
  probeBackupTarget: ['POST', '/backup-targets/{id}/probe', probeBackupTarget],
  listDeletedDatabases: ['GET', '/workspaces/{id}/deleted-databases', listDeletedDatabases],
  purgeDeletedDatabase: ['DELETE', '/deleted-databases/{id}', purgeDeletedDatabase],

  listTokens: ['GET', '/tokens', listTokens],
  createToken: ['POST', '/tokens', createToken],
  revokeToken: ['DELETE', '/tokens/{id}', revokeToken],

  getMe: ['GET', '/me', getMe],
  listApiKeys: ['GET', '/api-keys', listApiKeys],
  createApiKey: ['POST', '/api-keys', createApiKey],
  getApiKey: ['GET', '/api-keys/{id}', getApiKey],
  updateApiKey: ['PATCH', '/api-keys/{id}', updateApiKey],
  deleteApiKey: ['DELETE', '/api-keys/{id}', deleteApiKey],

  listOAuthApplications: ['GET', '/oauth-applications', listOAuthApplications],
  createOAuthApplication: ['POST', '/oauth-applications', createOAuthApplication],
  deleteOAuthApplication: ['DELETE', '/oauth-applications/{id}', deleteOAuthApplication],

  listOrganizations: ['GET', '/organizations', listOrganizations],
  createOrganization: ['POST', '/organizations', createOrganization],
  getOrganization: ['GET', '/organizations/{id}', getOrganization],
  listWorkspaces: ['GET', '/workspaces', listWorkspaces],
  createWorkspace: ['POST', '/workspaces', createWorkspace],
  getWorkspace: ['GET', '/workspaces/{id}', getWorkspace],

  listRoles: ['GET', '/roles', listRoles],
  listRoleBindings: ['GET', '/role-bindings', listRoleBindings],
  createRoleBinding: ['POST', '/role-bindings', createRoleBinding],
  deleteRoleBinding: ['DELETE', '/role-bindings/{id}', deleteRoleBinding],

  listServiceIdentities: ['GET', '/service-identities', serviceIdentities.list],
  createServiceIdentity: ['POST', '/service-identities', serviceIdentities.create],
  getServiceIdentity: ['GET', '/service-identities/{id}', serviceIdentities.get],
  updateServiceIdentity: ['PATCH', '/service-identities/{id}', serviceIdentities.update],
  regenerateServiceIdentity: ['POST', '/service-identities/{id}/regenerate', serviceIdentities.regenerate],
  deleteServiceIdentity: ['DELETE', '/service-identities/{id}', serviceIdentities.remove],

  listKeyPairs: ['GET', '/key-pairs', keyPairs.list],
  createKeyPair: ['POST', '/key-pairs', keyPairs.create],
  getKeyPair: ['GET', '/key-pairs/{id}', keyPairs.get],
  updateKeyPair: ['PATCH', '/key-pairs/{id}', keyPairs.update],
  regenerateKeyPair: ['POST', '/key-pairs/{id}/regenerate', keyPairs.regenerate],
  deleteKeyPair: ['DELETE', '/key-pairs/{id}', keyPairs.remove],

  listUserKeys: ['GET', '/user-api-keys', listUserKeys],
  createUserKey: ['POST', '/user-api-keys', createUserKey],
  getUserKey: ['GET', '/user-api-keys/{id}', getUserKey],
  updateUserKey: ['PATCH', '/user-api-keys/{id}', updateUserKey],
  deleteUserKey: ['DELETE', '/user-api-keys/{id}', deleteUserKey],

  listUsers: ['GET', '/users', listUsers],
  createUser: ['POST', '/users', createUser],
  getUser: ['GET', '/users/{id}', getUser],
  updateUser: ['PATCH', '/users/{id}', updateUser],
  createPasswordReset: ['POST', '/users/{id}/password-reset', createPasswordReset],
  removeSecondFactor: ['DELETE', '/users/{id}/second-factor', removeSecondFactor],

  getSession: ['GET', '/session', getSession],
  logOut: ['DELETE', '/session', logOut],
  listSessions: ['GET', '/sessions', listSessions],
  endOtherSessions: ['DELETE', '/sessions', endOtherSessions],
  endSession: ['DELETE', '/sessions/{id}', endSession],

  changePassword: ['PUT', '/account/password', changePassword],
  beginSecondFactor: ['POST', '/account/second-factor', beginSecondFactor],
  confirmSecondFactor: ['POST', '/account/second-factor/confirm', confirmSecondFactor],
  disableSecondFactor: ['POST', '/account/second-factor/disable', disableSecondFactor],

  listInvitations: ['GET', '/invitations', listInvitations],
  createInvitation: ['POST', '/invitations', createInvitation],
  deleteInvitation: ['DELETE', '/invitations/{id}', deleteInvitation],
  acceptInvitation: ['POST', '/invitations/accept', acceptInvitation],

  listSizes: ['GET', '/sizes', listSizes],
  listEngines: ['GET', '/engines', listEngines],
  listTargets: ['GET', '/targets', listTargets],
  listPlans: ['GET', '/plans', listPlans],
  createPlan: ['POST', '/plans', createPlan],
  getPlan: ['GET', '/plans/{id}', getPlan],
  updatePlan: ['PATCH', '/plans/{id}', updatePlan],
  deletePlan: ['DELETE', '/plans/{id}', deletePlan],
  listEnvironments: ['GET', '/environments', listEnvironments],
  createEnvironment: ['POST', '/environments', createEnvironment],
  getEnvironment: ['GET', '/environments/{id}', getEnvironment],
  updateEnvironment: ['PATCH', '/environments/{id}', updateEnvironment],
  deleteEnvironment: ['DELETE', '/environments/{id}', deleteEnvironment],
  rotateKeys: ['POST', '/keys/rotate', rotateKeys],

  listEvents: ['GET', '/events', listEvents],
  exportEvents: ['GET', '/events/export', exportEvents],
  followEvents: ['GET', '/events/live', followEvents],
  verifyEvents: ['GET', '/events/verify', verifyEvents],
  getEventRetention: ['GET', '/workspaces/{id}/event-retention', getEventRetention],
  setEventRetention: ['PUT', '/workspaces/{id}/event-retention', setEventRetention],
} as const satisfies Record<string, readonly [method: string, path: `/${string}`, operation: Operation]>

/** Those that need no credential: who calls them has none yet. */
export const OPEN_OPERATIONS = {
  exchangeSecret: ['POST', '/service-identities/token', exchangeSecret],
  logIn: ['POST', '/session', logIn],
  requestPasswordReset: ['POST', '/password-resets', requestPasswordReset],
  resetPassword: ['POST', '/password-resets/complete', resetPassword],
  joinByInvitation: ['POST', '/invitations/join', joinByInvitation],
} as const satisfies Record<string, readonly [method: string, path: `/${string}`, operation: Operation]>

export const BASE_PATH = '/api/croft/v1'
