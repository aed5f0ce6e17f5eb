import type { Db } from '../../platform/db/connect.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import type { PageRequest } from '../page.ts'
import { getBackup } from './get-backup.ts'
import { listBackups } from './list-backups.ts'
import { listDeleted } from './list-deleted.ts'
import { listRestores } from './list-restores.ts'
import { listWorkspaceBackups } from './list-workspace-backups.ts'
import { type BackupPolicy, getPolicy } from './policy.ts'
import { setPolicy } from './policy-set.ts'
import { purgeDeleted } from './purge-deleted.ts'
import { showBackupKey } from './show-backup-key.ts'
import { startBackup } from './start-backup.ts'
import { verifyBackup } from './verify-backup.ts'

export { readCron, ticksOf } from './backup-schedule.ts'
export type { DeletedDatabase } from './deleted-database.ts'
export type { Backup, Restore } from './entities.ts'
export { expireBackups } from './expire-backups.ts'
export { fillKeys } from './fill-keys.ts'
export { handOutVerifications, VERIFY_JOB, type VerifyDeps } from './hand-out-verifications.ts'
export type { BackupPolicy } from './policy.ts'
export { purgeDatabases } from './purge-databases.ts'
export { createTaskHandler } from './record-task.ts'
export { removeUnwanted } from './remove-backups.ts'
export { type ScheduleDeps, scheduleBackups } from './schedule-backups.ts'
export { type StartBackupInput, writeBackup } from './start-backup.ts'
export { trimArchives } from './trim-archives.ts'

export function createBackups(deps: { db: Db; signals: Signals; sealer: Sealer }) {
  return {
    listBackups: (call: Call, filter: { databaseId: string; page: PageRequest }) =>
      listBackups(deps.db, call, filter),
    getBackup: (call: Call, id: string) => getBackup(deps.db, call, id),
    startBackup: (call: Call, databaseId: string) =>
      startBackup(deps, call, { databaseId, trigger: 'manual', onlyIfChanged: false }),
    listWorkspaceBackups: (call: Call, filter: { workspaceId: string; page: PageRequest }) =>
      listWorkspaceBackups(deps.db, call, filter),
    getPolicy: (call: Call, databaseId: string) => getPolicy(deps.db, call, databaseId),
    setPolicy: (call: Call, policy: BackupPolicy) => setPolicy(deps, call, policy),
    showBackupKey: (call: Call, databaseId: string) => showBackupKey(deps, call, databaseId),
    listDeleted: (call: Call, filter: { workspaceId: string; page: PageRequest }) =>
      listDeleted(deps.db, call, filter),
    purgeDeleted: (call: Call, id: string) => purgeDeleted(deps.db, call, id),
    verifyBackup: (call: Call, id: string) => verifyBackup(deps.db, call, id),
    listRestores: (call: Call, filter: { databaseId: string; page: PageRequest }) =>
      listRestores(deps.db, call, filter),
  }
}
export type Backups = ReturnType<typeof createBackups>
