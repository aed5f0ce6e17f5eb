import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Task, TaskReport } from '@croft/protocol'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { writeDurably } from '../instances/durable-file.ts'

/** A task and what came of it, kept so that a repeat after a restart is answered and not done again. */
export const TaskRecord = Type.Object({
  task: Task,
  report: TaskReport,
  finishedAt: Type.Union([Type.String(), Type.Null()]),
  /** Since when it has been put off. */
  triedSince: Type.Optional(Type.String()),
})
export type TaskRecord = Static<typeof TaskRecord>

const check = Compile(TaskRecord)

/** Records by task id, one file each. */
export interface TaskFiles {
  write(record: TaskRecord): Promise<void>
  remove(id: string): Promise<void>
  /** Every record; a damaged one is left out, for its task is simply asked again. */
  readAll(onDamaged: (name: string) => void): Promise<TaskRecord[]>
}

export function createTaskFiles(directory: string): TaskFiles {
  const path = (id: string) => join(directory, `${encodeURIComponent(id)}.json`)
  return {
    write: (record) => writeDurably(path(record.task.id), `${JSON.stringify(record)}\n`),
    remove: (id) => rm(path(id), { force: true }),
    async readAll(onDamaged) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const records: TaskRecord[] = []
      for (const name of await readdir(directory)) {
        if (!name.endsWith('.json')) continue
        const record = parse(await readFile(join(directory, name), 'utf8'))
        if (record) records.push(record)
        else onDamaged(name)
      }
      return records
    },
  }
}

function parse(text: string): TaskRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return check.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}
