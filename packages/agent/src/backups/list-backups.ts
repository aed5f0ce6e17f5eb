import { AgentFault } from '../fault.ts'
import { type BackupManifest, manifestName, readManifest } from './backup-manifest.ts'
import type { BackupStore } from './targets/target.ts'

/**
 * The complete backups of a store, or of one instance, by key. One that is removed meanwhile, or whose manifest
 * is damaged, is left out. Throws `AgentFault`.
 */
export async function listBackups(
  store: BackupStore,
  instanceId: string | undefined,
  signal: AbortSignal,
): Promise<(BackupManifest & { key: string })[]> {
  const backups: (BackupManifest & { key: string })[] = []
  for (const object of await store.list(instanceId ?? '')) {
    if (!object.key.endsWith(`/${manifestName}`)) continue
    const key = object.key.slice(0, -manifestName.length - 1)
    try {
      backups.push({ key, ...(await readManifest(store, key, signal)) })
    } catch (error) {
      const fault = error instanceof AgentFault ? error.code : undefined
      if (fault !== 'backup-missing' && fault !== 'backup-corrupt' && fault !== 'backup-incompatible')
        throw error
    }
  }
  return backups
}
