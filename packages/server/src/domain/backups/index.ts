import type { Db } from '../../platform/db/connect.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import type { PageRequest } from '../page.ts'
import { getBackup } from './get-backup.ts'
import { listBackups } from './list-backups.ts'
import { listRestores } from './list-restores.ts'
import { startBackup } from './start-backup.ts'

export type { Backup, Restore } from './entities.ts'
export { expireBackups } from './expire-backups.ts'
export { recordBackup } from './record-backup.ts'
export { scheduleBackups } from './schedule-backups.ts'

export function createBackups(deps: { db: Db; signals: Signals }) {
  return {
    listBackups: (call: Call, filter: { databaseId: string; page: PageRequest }) =>
      listBackups(deps.db, call, filter),
    getBackup: (call: Call, id: string) => getBackup(deps.db, call, id),
    startBackup: (call: Call, databaseId: string) =>
      startBackup(deps, call, { databaseId, trigger: 'manual', onlyIfChanged: false }),
    listRestores: (call: Call, databaseId: string) => listRestores(deps.db, call, databaseId),
  }
}
export type Backups = ReturnType<typeof createBackups>
