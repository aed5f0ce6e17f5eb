import type { Static } from 'typebox'
import type { Backup } from '../../../domain/backups/index.ts'
import { showId } from '../ids.ts'
import type * as schemas from '../schemas/backup.ts'

const STATUS = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
} as const satisfies Record<Backup['state'], string>

export function presentBackup(backup: Backup): Static<typeof schemas.Backup> {
  return {
    id: showId('backup', backup.id),
    type: 'backup',
    backupType: 'full',
    createdAt: backup.createdAt.toISOString(),
    ...(backup.sizeBytes === null ? {} : { size: backup.sizeBytes }),
    status: STATUS[backup.state],
  }
}
