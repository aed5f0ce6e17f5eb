import type { Logger } from 'pino'
import type { DataCopy } from '../../engine.ts'
import { streamBaseBackup } from '../base-backup.ts'

/** A copy of what has changed since `parent` where the server can tell that; else of all. Throws as `streamBaseBackup`. */
export async function streamCopy(
  server: { readonly socketPath: string; readonly user: string; readonly log: Logger },
  signal: AbortSignal,
  parent: Buffer | undefined,
): Promise<DataCopy> {
  const { socketPath, user, log } = server
  if (parent) {
    try {
      return { ...(await streamBaseBackup(socketPath, user, signal, parent)), kind: 'incremental' }
    } catch (error) {
      signal.throwIfAborted()
      log.info({ err: error }, 'the server cannot make an incremental copy now; it makes a full one')
    }
  }
  return { ...(await streamBaseBackup(socketPath, user, signal)), kind: 'full' }
}
