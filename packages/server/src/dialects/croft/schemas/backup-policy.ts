import { type Static, Type } from 'typebox'
import { Line } from './input.ts'

const closed = { additionalProperties: false } as const
const Time = Type.String({ format: 'date-time' })

const fields = {
  targetId: Type.Union([
    Type.String({ maxLength: 100, description: 'A backup target of the workspace.' }),
    Type.Null({ description: 'The directory of the database’s host.' }),
  ]),
  schedule: Type.Union([
    Line(100, 'Cron expression of five fields, in UTC; at least ten minutes between two backups.'),
    Type.Null({ description: 'The platform’s.' }),
  ]),
  retentionDays: Type.Integer({ minimum: 1, maximum: 3650 }),
  incremental: Type.Enum(['auto', 'off'], {
    description: '`auto`: of large databases mostly what has changed is stored.',
  }),
  encryption: Type.Boolean({
    description:
      'Whether what is stored from now on is encrypted with the database’s own key. What was stored before stays as it is, and readable.',
  }),
  archive: Type.Boolean({
    description: 'Whether its changes are archived, so that it can be restored to any moment.',
  }),
}

export const SetBackupPolicy = Type.Object(fields, closed)
/** What is shown is what can be set. */
export const BackupPolicy = Type.Object(fields, { ...closed, description: 'How a database is backed up.' })
export type BackupPolicyBody = Static<typeof BackupPolicy>

export const BackupKey = Type.Object(
  { key: Type.String({ description: 'AES-256, in base64. Keep it as safe as the database’s own content.' }) },
  { ...closed, description: 'What a database’s backups and archive are encrypted with.' },
)

export const DeletedDatabase = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    projectId: Type.String(),
    engine: Type.String(),
    version: Type.String(),
    deletedAt: Time,
    purgeAt: Type.String({ format: 'date-time', description: 'From when on nothing of it is kept.' }),
    backups: Type.Integer(),
    recovery: Type.Union([Type.Object({ earliest: Time, latest: Time }, closed), Type.Null()], {
      description: 'To which moments a new database can be made from it.',
    }),
  },
  { ...closed, description: 'A deleted database that a new one can still be made from.' },
)
