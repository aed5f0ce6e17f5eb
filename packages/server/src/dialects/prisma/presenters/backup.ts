import type { Static } from 'typebox'
import type { Backup } from '../../../domain/backups/index.ts'
import { showId } from '../ids.ts'
import type * as schemas from '../schemas/backup.ts'

/** One that failed its verification is no backup to anybody who can only see its status. */
function statusOf({ state, restorable }: Backup) {
  return state === 'completed' && !restorable ? 'failed' : state
}

export function presentBackup(backup: Backup): Static<typeof schemas.Backup> {
  return {
    id: showId('backup', backup.id),
    type: 'backup',
    // Also of an incremental one: each is restored as a whole.
    backupType: 'full',
    createdAt: backup.createdAt.toISOString(),
    ...(backup.sizeBytes === null ? {} : { size: backup.sizeBytes }),
    status: statusOf(backup),
  }
}
