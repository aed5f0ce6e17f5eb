import { type Static, Type } from 'typebox'
import { BackupTarget, Fault } from './instance.ts'

/** Work that is done once, named by id: asking twice for the same id does it once. */
export const Task = Type.Union([
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('backup'),
    instanceId: Type.String(),
    backupId: Type.String(),
    target: BackupTarget,
    /** Skip when the data still carries this mark, which the last backup's result gave. */
    unlessMark: Type.Optional(Type.String()),
  }),
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('delete-backup'),
    backupId: Type.String(),
    key: Type.String(),
    target: BackupTarget,
  }),
])
export type Task = Static<typeof Task>

export const BackupResult = Type.Object({
  /** Where it lies below its target. */
  key: Type.String(),
  engine: Type.String(),
  version: Type.String(),
  /** Bytes before and after compression. */
  sizeBytes: Type.Number(),
  storedBytes: Type.Number(),
  startedAt: Type.String(),
  completedAt: Type.String(),
  /** Opaque; changes when a transaction has written. */
  mark: Type.String(),
  /** True when `unlessMark` matched and nothing was stored. */
  skipped: Type.Boolean(),
})
export type BackupResult = Static<typeof BackupResult>

export const TaskReport = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  progress: Type.Optional(Type.Object({ doneBytes: Type.Number(), totalBytes: Type.Number() })),
  backup: Type.Optional(BackupResult),
  fault: Type.Optional(Fault),
})
export type TaskReport = Static<typeof TaskReport>
