import type { Executor } from '../../platform/db/connect.ts'
import { authorizeFound, type Call } from '../access/index.ts'
import type { Backup } from './entities.ts'
import { selectBackups, toBackup } from './read-backups.ts'
import { backupFields } from './subjects.ts'

const NOT_FOUND = {
  code: 'backup-not-found',
  message: 'There is no backup with this id, or it is not accessible.',
} as const

/** Throws `backup-not-found`. */
export async function getBackup(db: Executor, call: Call, id: string): Promise<Backup> {
  const row = await selectBackups(db).where('backups.id', '=', id).executeTakeFirst()
  return authorizeFound(call.principal, 'read', 'backups', row && toBackup(row), backupFields, NOT_FOUND)
}
