import type { Backup } from '../client/backup-resources.ts'
import type { Database } from '../client/resources.ts'
import { CliFault } from '../fault.ts'
import { backupSource, sayMoment } from './recovery-choice.ts'
import { type InPlace, restoreInPlace } from './restore-in-place.ts'
import { restoreInto } from './restore-into.ts'
import type { Session } from './session.ts'

export interface RestoreBackupOptions extends InPlace {
  readonly into?: string
  readonly inPlace?: boolean
  readonly force?: boolean
}

/** `croft backup restore`. */
export async function restoreBackup(
  session: Session,
  id: string,
  options: RestoreBackupOptions,
): Promise<void> {
  if (options.into === undefined && !options.inPlace) {
    throw new CliFault('Where should it be restored to?', {
      hint: 'Say --into NAME for a new database, or --in-place for the one it was made of.',
      exitCode: 2,
    })
  }
  const { api } = session
  const backup = await api.get<Backup>(`/backups/${encodeURIComponent(id)}`)
  const database = await api.get<Database>(`/databases/${backup.databaseId}`)
  const source = backupSource(backup, options.force)
  const words = `the backup of ${sayMoment(backup.consistentAt ?? backup.createdAt)}`
  if (options.into === undefined) return restoreInPlace(session, database, source, words, options)
  const title = `Restoring ${words} into ${options.into}`
  await restoreInto(session, options.into, database, source, { ...options, title })
}
