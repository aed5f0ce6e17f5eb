import type { BackupResult, Task } from '@croft/protocol'
import { removeBackup } from '../backups/remove-backup.ts'
import { openTarget } from '../backups/targets/open-target.ts'
import { writeBackup } from '../backups/write-backup.ts'
import { AgentFault } from '../fault.ts'
import type { Instance } from '../instances/instance.ts'

export interface RunTaskOptions {
  readonly task: Task
  /** The agent's own backups. */
  readonly backupsDirectory: string
  findInstance(id: string): Instance | undefined
  onProgress(doneBytes: number, totalBytes: number): void
  readonly signal: AbortSignal
}

/** Does a task; repeating it is harmless. Gives what a backup is to be reported with. Throws `AgentFault`. */
export async function runTask(options: RunTaskOptions): Promise<BackupResult | undefined> {
  const { task } = options
  if (task.kind === 'backup') return backUp(task, options)
  if (task.kind !== 'delete-backup') throw new AgentFault('internal', `Nothing does ${task.kind} yet.`)
  await removeBackup(openTarget(task.target, options.backupsDirectory), task.key)
  return undefined
}

async function backUp(
  task: Extract<Task, { kind: 'backup' }>,
  { backupsDirectory, findInstance, onProgress, signal }: RunTaskOptions,
): Promise<BackupResult> {
  const { instanceId, backupId, unlessMark } = task
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
  const store = openTarget(task.target, backupsDirectory)
  const hold = await instance.hold(signal)
  try {
    const version = instance.version ?? instance.desired.version
    const request = { instanceId, backupId, engine, version, ...(unlessMark ? { unlessMark } : {}) }
    return await writeBackup(hold.server, store, request, { signal, progress: onProgress })
  } finally {
    hold.release()
  }
}
