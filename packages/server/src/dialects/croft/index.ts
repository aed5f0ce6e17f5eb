import type { Operation } from './operation.ts'
import { createBackup, getBackup, listBackups } from './routes/backups.ts'
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
  restoreDatabase,
  updateDatabase,
} from './routes/databases.ts'
import {
  createOAuthApplication,
  deleteOAuthApplication,
  listOAuthApplications,
} from './routes/oauth-applications.ts'
import { listEvents, listSizes, listTargets, rotateKeys } from './routes/platform.ts'
import { createToken, listTokens, revokeToken } from './routes/tokens.ts'

/** Our own API: what no dialect covers, for the CLI and the console. */
export const OPERATIONS = {
  listDatabases: ['GET', '/databases', listDatabases],
  createDatabase: ['POST', '/databases', createDatabase],
  getDatabase: ['GET', '/databases/{id}', getDatabase],
  updateDatabase: ['PATCH', '/databases/{id}', updateDatabase],
  deleteDatabase: ['DELETE', '/databases/{id}', deleteDatabase],
  restoreDatabase: ['POST', '/databases/{id}/restore', restoreDatabase],

  listCredentials: ['GET', '/databases/{id}/credentials', listCredentials],
  createCredential: ['POST', '/databases/{id}/credentials', createCredential],
  rotateCredential: ['POST', '/credentials/{id}/rotate', rotateCredential],
  deleteCredential: ['DELETE', '/credentials/{id}', deleteCredential],

  listBackups: ['GET', '/databases/{id}/backups', listBackups],
  createBackup: ['POST', '/databases/{id}/backups', createBackup],
  getBackup: ['GET', '/backups/{id}', getBackup],

  listTokens: ['GET', '/tokens', listTokens],
  createToken: ['POST', '/tokens', createToken],
  revokeToken: ['DELETE', '/tokens/{id}', revokeToken],

  listOAuthApplications: ['GET', '/oauth-applications', listOAuthApplications],
  createOAuthApplication: ['POST', '/oauth-applications', createOAuthApplication],
  deleteOAuthApplication: ['DELETE', '/oauth-applications/{id}', deleteOAuthApplication],

  listSizes: ['GET', '/sizes', listSizes],
  listTargets: ['GET', '/targets', listTargets],
  listEvents: ['GET', '/events', listEvents],
  rotateKeys: ['POST', '/keys/rotate', rotateKeys],
} as const satisfies Record<string, readonly [method: string, path: `/${string}`, operation: Operation]>

export const BASE_PATH = '/api/croft/v1'
