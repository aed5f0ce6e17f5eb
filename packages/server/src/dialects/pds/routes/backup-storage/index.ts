import type { Operations } from '../../operation.ts'
import * as credentials from './credentials.ts'
import * as policies from './policies.ts'
import * as targets from './targets.ts'

export const backupStorageOperations: Operations = {
  listBackupCredentials: ['GET', '/api/tenants/{id}/backup-credentials', credentials.listBackupCredentials],
  createBackupCredentials: [
    'POST',
    '/api/tenants/{id}/backup-credentials',
    credentials.createBackupCredentials,
  ],
  getBackupCredentials: ['GET', '/api/backup-credentials/{id}', credentials.getBackupCredentials],
  updateBackupCredentials: ['PUT', '/api/backup-credentials/{id}', credentials.updateBackupCredentials],
  deleteBackupCredentials: ['DELETE', '/api/backup-credentials/{id}', credentials.deleteBackupCredentials],
  getPartialCredentials: [
    'GET',
    '/api/backup-credentials/{id}/credentials',
    credentials.getPartialCredentials,
  ],

  listTenantBackupTargets: ['GET', '/api/tenants/{id}/backup-targets', targets.listTenantBackupTargets],
  listProjectBackupTargets: ['GET', '/api/projects/{id}/backup-targets', targets.listProjectBackupTargets],
  createBackupTarget: ['POST', '/api/tenants/{id}/backup-targets', targets.createBackupTarget],
  getBackupTarget: ['GET', '/api/backup-targets/{id}', targets.getBackupTarget],
  updateBackupTarget: ['PUT', '/api/backup-targets/{id}', targets.updateBackupTarget],
  deleteBackupTarget: ['DELETE', '/api/backup-targets/{id}', targets.deleteBackupTarget],
  listBackupTargetStates: ['GET', '/api/backup-targets/{id}/states', targets.listBackupTargetStates],
  retryBackupTarget: ['POST', '/api/backup-targets/{id}/retry', targets.retryBackupTarget],

  listBackupPolicies: ['GET', '/api/tenants/{id}/backup-policies', policies.listBackupPolicies],
  createBackupPolicy: ['POST', '/api/tenants/{id}/backup-policies', policies.createBackupPolicy],
  getBackupPolicy: ['GET', '/api/backup-policies/{id}', policies.getBackupPolicy],
  updateBackupPolicy: ['PUT', '/api/backup-policies/{id}', policies.updateBackupPolicy],
  deleteBackupPolicy: ['DELETE', '/api/backup-policies/{id}', policies.deleteBackupPolicy],
}
