import type { BackupResult, Task } from '@croft/protocol'
import { removeBackup } from '../backups/remove-backup.ts'
import { isAway } from '../backups/targets/away.ts'
import { openTarget } from '../backups/targets/open-target.ts'
import { type HeldServer, writeBackup } from '../backups/write-backup.ts'
import { AgentFault, toFault } from '../fault.ts'
import type { Host } from '../instances/host.ts'
import type { Instance } from '../instances/instance.ts'
import { Later } from './later.ts'
import { markRestorePoint } from './mark-restore-point.ts'
import { removeSpooled } from './spooled-backups.ts'
import type { TaskOutcome } from './task-outcome.ts'
import { trimArchive } from './trim-archive.ts'
import { verifyBackup } from './verify-backup.ts'

export interface RunTaskOptions {
  readonly task: Task
  readonly host: Host
  /** The agent's own backups. */
  readonly backupsDirectory: string
  /** Where backups wait to be sent to a target that is far away. */
  readonly spoolDirectory: string
  findInstance(id: string): Instance | undefined
  onProgress(doneBytes: number, totalBytes: number): void
  readonly signal: AbortSignal
}

/** Does a task; repeating it is harmless. Gives what it is to be reported with. Throws `AgentFault`, `Later`. */
export async function runTask(options: RunTaskOptions): Promise<TaskOutcome> {
  const { task } = options
  if (task.kind === 'backup') return { backup: await backUp(task, options) }
  if (task.kind === 'verify-backup') return { verification: await verifyBackup(task, options) }
  if (task.kind === 'mark-restore-point') {
    const instance = options.findInstance(task.instanceId)
    return { restoreMark: await markRestorePoint(task, instance, options.signal) }
  }
  const store = openTarget(task.target, options.backupsDirectory)
  if (task.kind === 'probe-target') await store.probe()
  else if (task.kind === 'trim-archive') await trimArchive(task, store, options.signal)
  else {
    await removeSpooled(options.spoolDirectory, task)
    await removeBackup(store, task.key)
  }
  return {}
}

async function backUp(
  task: Extract<Task, { kind: 'backup' }>,
  { backupsDirectory, spoolDirectory, findInstance, onProgress, signal }: RunTaskOptions,
): Promise<BackupResult> {
  const { instanceId, backupId, unlessMark, encryptionKey, parentKey } = task
  const instance = findInstance(instanceId)
  if (!instance) throw new AgentFault('instance-unknown', 'The database to back up is not on this host.')
  const engine = instance.desired.engine
  const asleep = instance.restingMark
  if (asleep !== null && asleep === unlessMark) {
    const at = new Date().toISOString()
    const nothing = { sizeBytes: 0, storedBytes: 0, startedAt: at, completedAt: at, skipped: true }
    const version = instance.version ?? instance.desired.version
    return { key: `${instanceId}/${backupId}`, engine, version, mark: asleep, ...nothing }
  }
  const hold = async (): Promise<HeldServer> => {
    const { server, release } = await instance.hold(signal)
    const version = instance.version ?? instance.desired.version
    return { server, release, version, chain: () => instance.archiveChain }
  }
  const request = {
    ...{ instanceId, backupId, engine },
    ...(unlessMark === undefined ? {} : { unlessMark }),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(parentKey === undefined ? {} : { parentKey }),
  }
  try {
    const store = openTarget(task.target, backupsDirectory)
    return await writeBackup(hold, store, request, { signal, progress: onProgress, spoolDirectory })
  } catch (error) {
    if (isAway(error)) throw new Later(toFault(error), { cause: error })
    throw error
  }
}
