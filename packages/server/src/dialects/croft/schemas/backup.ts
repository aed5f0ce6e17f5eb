import { type Static, Type } from 'typebox'

const Count = Type.Union([Type.Integer(), Type.Null()])
const Text = Type.Union([Type.String(), Type.Null()])
const Time = Type.String({ format: 'date-time' })
const Moment = Type.Union([Time, Type.Null()])

const Verification = Type.Object(
  {
    state: Type.Enum(['none', 'pending', 'running', 'passed', 'failed'], {
      description:
        '`pending` until a host has time for it, or is to try again; `none` when nobody asked for it.',
    }),
    verifiedAt: Type.Union([Time, Type.Null()], { description: 'When the last try ended.' }),
    durationMs: Count,
    sizeBytes: Type.Union([Type.Integer(), Type.Null()], { description: 'Of the restored data.' }),
    relations: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Tables and indexes that were read whole and checked.',
    }),
    error: Type.Union([Type.String(), Type.Null()], {
      description: 'What is wrong, or why the last try met nothing.',
    }),
  },
  {
    additionalProperties: false,
    description:
      'A backup is restored to a scratch server and checked, which proves that it can be restored.',
  },
)

export const Backup = Type.Object(
  {
    id: Type.String(),
    databaseId: Type.String(),
    trigger: Type.Enum(['schedule', 'manual', 'chain'], {
      description: '`chain`: the first of a new archive, which could not be restored from without it.',
    }),
    state: Type.Enum(['running', 'completed', 'failed']),
    kind: Type.Enum(['full', 'incremental']),
    parentId: Type.Union([Type.String(), Type.Null()], {
      description: 'What an incremental one is made on.',
    }),
    engine: Type.String(),
    version: Text,
    sizeBytes: Type.Union([Type.Integer(), Type.Null()], { description: 'Before compression.' }),
    storedBytes: Count,
    encrypted: Type.Boolean(),
    chain: Type.Union([Type.String(), Type.Null()], { description: 'The archive that goes on from it.' }),
    consistentAt: Type.Union([Time, Type.Null()], {
      description: 'From here on its archive can be rolled forward to any moment.',
    }),
    verification: Verification,
    restorable: Type.Boolean({ description: 'Completed, and not found to be bad.' }),
    error: Text,
    progress: Type.Union([
      Type.Object({ doneBytes: Type.Number(), totalBytes: Type.Number() }, { additionalProperties: false }),
      Type.Null(),
    ]),
    createdAt: Time,
    completedAt: Moment,
  },
  { additionalProperties: false, description: 'A backup of a database.' },
)
export type BackupBody = Static<typeof Backup>

export const Until = Type.Union(
  [
    Type.Object({ type: Type.Literal('time'), at: Time }, { additionalProperties: false }),
    Type.Object(
      { type: Type.Literal('restore-point'), id: Type.String(), name: Type.String() },
      { additionalProperties: false },
    ),
    Type.Object({ type: Type.Literal('latest') }, { additionalProperties: false }),
    Type.Null(),
  ],
  {
    description:
      'What was asked for: a moment, a restore point, or the newest there was; null for a backup as it is.',
  },
)

export const Restore = Type.Object(
  {
    id: Type.String(),
    databaseId: Type.String(),
    backupId: Type.Union([Type.String(), Type.Null()], {
      description: 'Null when it began with no backup: with a copy, or with the empty database.',
    }),
    until: Until,
    state: Type.Enum(['running', 'completed', 'failed']),
    error: Text,
    createdAt: Time,
    finishedAt: Moment,
  },
  { additionalProperties: false, description: 'A restore of a database in place.' },
)
export type RestoreBody = Static<typeof Restore>
