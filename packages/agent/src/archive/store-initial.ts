import type { BackupStore } from '../backups/targets/target.ts'
import { writeBackup } from '../backups/write-backup.ts'
import type { InitialCopy } from '../engines/engine.ts'

const instanceId = 'templates'

/**
 * Stores what every empty database of a template began with as a complete backup, if it is not there yet. It holds
 * nobody's data and is not encrypted. Throws `AgentFault`, or the signal's reason.
 */
export async function storeInitial(
  store: BackupStore,
  copy: InitialCopy,
  { engine, version }: { readonly engine: string; readonly version: string },
  signal: AbortSignal,
): Promise<string> {
  const server = {
    mark: async () => `template:${copy.systemId}`,
    stream: async () => ({ data: await copy.open(), sizeBytes: copy.sizeBytes }),
  }
  const held = { server, version, release() {} }
  const request = { instanceId, backupId: copy.systemId, engine }
  const { key } = await writeBackup(async () => held, store, request, { signal, progress() {} })
  return key
}
