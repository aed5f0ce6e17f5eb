import type { Task, Verification } from '@croft/protocol'
import type { Engine, Server } from '../engines/engine.ts'
import { AgentFault } from '../fault.ts'
import type { Host } from '../instances/host.ts'
import { restoreBackup } from '../instances/restore-backup.ts'

export interface VerifyBackupOptions {
  readonly host: Pick<
    Host,
    'slots' | 'engine' | 'openBackup' | 'openStore' | 'flushArchive' | 'chainEnd' | 'log'
  >
  onProgress(doneBytes: number, totalBytes: number): void
  readonly signal: AbortSignal
}

/** Little memory, for a server that is there for a minute beside those of clients. */
const resources = { size: 'scratch', memoryMb: 128, settings: {} }

/**
 * Restores a backup to a scratch server, reads and checks all of it there, and removes it again, whatever comes.
 * Throws `AgentFault`: `data-corrupt`, what a restore throws, and `server-start-failed`.
 */
export async function verifyBackup(
  task: Extract<Task, { kind: 'verify-backup' }>,
  { host, onProgress, signal }: VerifyBackupOptions,
): Promise<Verification> {
  const { backupId, key, version, target, encryptionKey } = task
  const engine = host.engine(task.engine)
  const begun = performance.now()
  const slot = host.slots.create()
  const directory = host.slots.directory(slot)
  const origin = {
    type: 'backup' as const,
    backupId,
    key,
    target,
    ...(encryptionKey ? { encryptionKey } : {}),
  }
  try {
    await restoreBackup(origin, { host, engine, version, directory, onProgress, signal })
    const server = await startScratch(engine, version, slot, host)
    try {
      const found = await examine(server, signal)
      return { ...found, durationMs: Math.round(performance.now() - begun) }
    } finally {
      await server.stop('immediate')
    }
  } finally {
    await host.slots.remove(slot).catch((error: unknown) => {
      host.log.warn(
        { err: error, slot },
        'a scratch server’s data could not be removed; the next start removes it',
      )
    })
  }
}

async function startScratch(
  engine: Engine,
  version: string,
  slot: string,
  { slots, log }: Pick<Host, 'slots' | 'log'>,
): Promise<Server> {
  return engine.start({
    version,
    directory: slots.directory(slot),
    runtimeDirectory: await slots.openRuntime(slot),
    resources,
    scratch: true,
    log: log.child({ slot }),
  })
}

async function examine(server: Server, signal: AbortSignal): Promise<Omit<Verification, 'durationMs'>> {
  if (!server.verify) throw new AgentFault('internal', 'Backups of this kind of database cannot be checked.')
  const { relations, databases } = await server.verify(signal)
  const { sizeBytes } = await server.usage()
  return { sizeBytes, relations, databases }
}
