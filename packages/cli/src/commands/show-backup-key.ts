import { findDatabase } from '../client/find-database.ts'
import type { Shown } from '../output/writer.ts'
import type { Session } from './session.ts'

interface BackupKey {
  readonly key: string
}

const KEY: Shown<BackupKey> = { key: ({ key }) => key, fields: [{ title: 'Key', value: ({ key }) => key }] }

/** `croft backup key`: what a database's backups are encrypted with. */
export async function showBackupKey({ api, writer }: Session, name: string): Promise<void> {
  const { id } = await findDatabase(api, name)
  writer.record(await api.post<BackupKey>(`/databases/${id}/backup-key`, {}), KEY)
}
