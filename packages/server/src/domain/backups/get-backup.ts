import type { Executor } from '../../platform/db/connect.ts'
import { authorizeFound, type Call } from '../access/index.ts'
import type { Sight } from '../databases/index.ts'
import type { Backup } from './entities.ts'
import { selectBackups, toBackup } from './read-backups.ts'
import { backupFields } from './subjects.ts'

const NOT_FOUND = {
  code: 'backup-not-found',
  message: 'There is no backup with this id, or it is not accessible.',
} as const

/** Those of a database in quarantine are found with `any` only. Throws `backup-not-found`. */
export async function getBackup(
  db: Executor,
  call: Call,
  id: string,
  { quarantined = 'hidden' }: Sight = {},
): Promise<Backup> {
  const row = await selectBackups(db).where('backups.id', '=', id).executeTakeFirst()
  const found = row && (quarantined === 'any' || row.quarantined_at === null) ? toBackup(row) : undefined
  return authorizeFound(call.principal, 'read', 'backups', found, backupFields, NOT_FOUND)
}
