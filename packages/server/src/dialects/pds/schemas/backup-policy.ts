import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const name = Type.String({ description: 'Of its own among those of the tenant.' })
const type = Type.Enum(['full', 'incremental'])
const schedule = Type.String({ description: 'Cron: five fields, in UTC.' })
const retention = Type.Integer({ description: 'Backups of the schedule that are kept, 1 or more.' })

export const BackupSchedule = Type.Object({ id: Uuid, type, schedule, retention_count: retention })

const GivenSchedule = Type.Object({
  id: Type.Optional({ ...Uuid, description: 'Kept as it is given; made where it is missing.' }),
  type: Type.Optional(type),
  schedule: Type.Optional(schedule),
  retention_count: Type.Optional(retention),
})

export const BackupPolicy = Type.Object({
  id: Uuid,
  name,
  schedules: Type.Array(BackupSchedule),
  account_id: Uuid,
  tenant_id: Uuid,
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const CreateBackupPolicy = Type.Object({
  name,
  schedules: Type.Optional(Type.Array(GivenSchedule, { description: 'Must not be empty.' })),
})

export const UpdateBackupPolicy = Type.Object({
  name: Type.Optional(name),
  schedules: Type.Optional(Type.Array(GivenSchedule, { description: 'Instead of all that there are.' })),
})
