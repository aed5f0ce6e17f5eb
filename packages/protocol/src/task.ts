import { type Static, Type } from 'typebox'
import { Fault } from './fault.ts'
import { BackupTarget, EncryptionKey } from './storage.ts'

/** Work that is done once, named by id: asking twice for the same id does it once. */
export const Task = Type.Union([
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('backup'),
    instanceId: Type.String(),
    backupId: Type.String(),
    target: BackupTarget,
    encryptionKey: Type.Optional(EncryptionKey),
    /** Skip when the data still carries this mark, which the last backup's result gave. */
    unlessMark: Type.Optional(Type.String()),
    /** Store only what has changed since this backup, if the engine can; else all. */
    parentKey: Type.Optional(Type.String()),
  }),
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('delete-backup'),
    backupId: Type.String(),
    key: Type.String(),
    target: BackupTarget,
  }),
  /** Restores a backup to a scratch server and checks it. */
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('verify-backup'),
    backupId: Type.String(),
    key: Type.String(),
    engine: Type.String(),
    version: Type.String(),
    target: BackupTarget,
    encryptionKey: Type.Optional(EncryptionKey),
  }),
  /** Writes and reads a small object. */
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('probe-target'),
    backupTargetId: Type.String(),
    target: BackupTarget,
  }),
  /** Leaves a mark in the log of changes that a restore can stop at. */
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('mark-restore-point'),
    instanceId: Type.String(),
    restorePointId: Type.String(),
  }),
  /** Removes archived changes before a position; all of the chain when it is null. */
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('trim-archive'),
    instanceId: Type.String(),
    chain: Type.String(),
    beforeLsn: Type.Union([Type.String(), Type.Null()]),
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
  kind: Type.Optional(Type.Union([Type.Literal('full'), Type.Literal('incremental')])),
  /** The backup that an incremental one needs. */
  parentKey: Type.Optional(Type.String()),
  /** The archive that goes on from it, if one did while it was made. */
  chain: Type.Optional(Type.String()),
  /** The archived changes a restore of it through that archive needs begin here. */
  startLsn: Type.Optional(Type.String()),
  /** A restore may stop anywhere after this. */
  consistentAt: Type.Optional(Type.String()),
})
export type BackupResult = Static<typeof BackupResult>

/** What a backup was found to be when it was restored to a scratch server. A failed check is a fault of the task. */
export const Verification = Type.Object({
  durationMs: Type.Number(),
  /** Bytes of the restored data, and how many relations (tables, indexes) were read whole. */
  sizeBytes: Type.Number(),
  relations: Type.Number(),
  databases: Type.Number(),
})
export type Verification = Static<typeof Verification>

export const RestoreMark = Type.Object({ at: Type.String(), lsn: Type.String(), chain: Type.String() })
export type RestoreMark = Static<typeof RestoreMark>

export const TaskReport = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  progress: Type.Optional(Type.Object({ doneBytes: Type.Number(), totalBytes: Type.Number() })),
  backup: Type.Optional(BackupResult),
  verification: Type.Optional(Verification),
  restoreMark: Type.Optional(RestoreMark),
  fault: Type.Optional(Fault),
})
export type TaskReport = Static<typeof TaskReport>
