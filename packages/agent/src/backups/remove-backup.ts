import { manifestName } from './backup-manifest.ts'
import type { BackupStore } from './targets/target.ts'

/** Removes the backup at `key`, whole or not; one that is not there is no error. Throws `AgentFault`. */
export async function removeBackup(store: BackupStore, key: string): Promise<void> {
  // The manifest first: a backup that is half removed must not look complete.
  await store.remove(`${key}/${manifestName}`)
  await store.remove(key)
}
