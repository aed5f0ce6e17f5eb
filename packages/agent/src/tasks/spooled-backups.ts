import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Task } from '@croft/protocol'
import { stepsOf } from '../backups/targets/key.ts'
import { tidySpool } from '../backups/tidy-spool.ts'
import type { TaskFiles } from './task-file.ts'

/** Removes what waits in the spool for tasks that are over. To be called before tasks go on. */
export async function tidySpooled(spoolDirectory: string, files: TaskFiles): Promise<void> {
  const wanted = new Set<string>()
  for (const { task, finishedAt } of await files.readAll(() => {})) {
    if (task.kind === 'backup' && finishedAt === null) wanted.add(`${task.instanceId}/${task.backupId}`)
  }
  await tidySpool(spoolDirectory, wanted)
}

/** Removes what a task, or the backup it is about, has in the spool. */
export async function removeSpooled(spoolDirectory: string, task: Task): Promise<void> {
  if (task.kind !== 'backup' && task.kind !== 'delete-backup') return
  const key = task.kind === 'backup' ? `${task.instanceId}/${task.backupId}` : task.key
  await rm(join(spoolDirectory, ...stepsOf(key)), { recursive: true, force: true })
}
