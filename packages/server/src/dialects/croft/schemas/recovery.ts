import { type Static, Type } from 'typebox'
import { PRINTABLE } from '../../../platform/http/index.ts'

const Time = Type.String({ format: 'date-time' })
const Moment = Type.Union([Time, Type.Null()])
const Text = Type.Union([Type.String(), Type.Null()])

/** In the view of a database. */
export const Bounds = Type.Union(
  [Type.Object({ earliest: Time, latest: Time }, { additionalProperties: false }), Type.Null()],
  { description: 'Between which moments it can be restored; null while there is none.' },
)

export const Warnings = Type.Array(
  Type.Object(
    {
      code: Type.Enum([
        'archive-lagging',
        'archive-off',
        'backup-failed',
        'verification-failed',
        'corrupted',
        'backup-target-failing',
        'host-fault',
        'port-taken',
        'settings-refused',
        'storage-full',
      ]),
      message: Type.String(),
    },
    { additionalProperties: false },
  ),
  { description: 'What endangers its data or its backups, or keeps clients from it.' },
)

export const RecoveryWindow = Type.Object(
  {
    earliest: Moment,
    latest: Moment,
    spans: Type.Array(
      Type.Object({ chain: Type.String(), from: Time, to: Time }, { additionalProperties: false }),
      { description: 'Every moment of a span can be restored to, its ends included. Oldest first.' },
    ),
    archive: Type.Union(
      [
        Type.Object(
          {
            state: Type.String({
              description:
                '`streaming`: within seconds; `lagging`: behind, see `fault`; `complete`: asleep, with everything archived; `incomplete`: not running, and not all is archived.',
            }),
            lagBytes: Type.Number({ description: 'What waits on the host.' }),
            archivedAt: Type.String({
              format: 'date-time',
              description: 'Every commit until then is archived.',
            }),
            since: Type.String({ format: 'date-time', description: 'When this archive began.' }),
            fault: Type.Union([
              Type.Object({ code: Type.String(), message: Type.String() }, { additionalProperties: false }),
              Type.Null(),
            ]),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { description: 'How its changes are archived; null while nothing is.' },
    ),
    retentionDays: Type.Integer(),
  },
  { additionalProperties: false, description: 'To which moments a database can be restored.' },
)
export type RecoveryWindowBody = Static<typeof RecoveryWindow>

export const CreateRestorePoint = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 63,
      pattern: PRINTABLE,
      description: 'Unique among the restore points of the database.',
    }),
  },
  { additionalProperties: false },
)

export const RestorePoint = Type.Object(
  {
    id: Type.String(),
    databaseId: Type.String(),
    name: Type.String(),
    state: Type.Enum(['running', 'completed', 'failed']),
    at: Type.Union([Time, Type.Null()], { description: 'The moment, by the clock of the database’s host.' }),
    lsn: Type.Union([Type.String(), Type.Null()], { description: 'The position in the log of changes.' }),
    chain: Text,
    restorable: Type.Boolean({ description: 'Whether the database can be restored to it now.' }),
    error: Text,
    createdAt: Time,
  },
  { additionalProperties: false, description: 'A named moment that a database can be restored to, exactly.' },
)
export type RestorePointBody = Static<typeof RestorePoint>
