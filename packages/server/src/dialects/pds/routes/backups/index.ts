import type { Operations } from '../../operation.ts'
import * as backups from './backups.ts'
import * as jobs from './jobs.ts'
import * as restores from './restores.ts'

export const backupOperations: Operations = {
  listDeploymentBackups: ['GET', '/api/deployments/{id}/backups', backups.listDeploymentBackups],
  createDeploymentBackup: ['POST', '/api/deployments/{id}/backups', backups.createDeploymentBackup],
  listTargetBackups: ['GET', '/api/backup-targets/{id}/backups', backups.listTargetBackups],
  getBackup: ['GET', '/api/backups/{id}', backups.getBackup],
  updateBackup: ['PUT', '/api/backups/{id}', backups.updateBackup],
  deleteBackup: ['DELETE', '/api/backups/{id}', backups.deleteBackup],

  listBackupJobs: ['GET', '/api/backups/{id}/jobs', jobs.listBackupJobs],
  deleteBackupsJob: ['DELETE', '/api/backups/{id}/jobs/{name}', jobs.deleteBackupsJob],
  listProjectJobs: ['GET', '/api/projects/{id}/backup-jobs', jobs.listProjectJobs],
  getBackupJob: ['GET', '/api/backup-jobs/{id}', jobs.getBackupJob],
  putBackupJob: ['PUT', '/api/backup-jobs/{id}', jobs.putBackupJob],
  deleteBackupJob: ['DELETE', '/api/backup-jobs/{id}', jobs.deleteBackupJob],

  startRestore: ['POST', '/api/backup-jobs/{id}/restore', restores.startRestore],
  getRestorabilityMatrix: ['GET', '/api/restores/restorability-matrix', restores.getRestorabilityMatrix],
  getRestore: ['GET', '/api/restores/{id}', restores.getRestore],
  retryRestore: ['POST', '/api/restores/{id}/retry', restores.retryRestore],
  updateRestore: ['POST', '/api/restores/{id}/update', restores.updateRestore],

  getTask: ['GET', '/api/db-tasks/{id}', restores.getTask],
}
