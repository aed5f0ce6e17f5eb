import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import type { Backup } from './entities.ts'
import { getBackup } from './get-backup.ts'
import { requestVerification } from './request-verification.ts'
import { backupFields } from './subjects.ts'

/**
 * Has a backup restored to a scratch server and checked, again if it was before. Answers at once; while a check is under
 * way, that one is answered. Throws `backup-not-found`, `backup-not-restorable`, `forbidden`.
 */
export async function verifyBackup(db: Db, call: Call, id: string): Promise<Backup> {
  return transact(db, async (tx) => {
    const backup = await getBackup(tx, call, id)
    authorize(call.principal, 'update', 'backups', backupFields(backup))
    if (backup.state !== 'completed') {
      throw new CroftError('backup-not-restorable', `The backup is ${backup.state}, not completed.`)
    }
    await requestVerification(tx, id, { again: true })
    await recordEvent(tx, call, {
      workspaceId: backup.workspaceId,
      action: 'backup.verification-started',
      subjectType: 'backup',
      subjectId: id,
      after: { databaseId: backup.databaseId },
    })
    return getBackup(tx, call, id)
  })
}
