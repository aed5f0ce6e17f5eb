import { Type } from 'typebox'
import { Named } from './text.ts'
import { Timestamp, Uuid } from './wire.ts'

const text = Type.Optional(Type.String({ maxLength: 4096 }))
const anything = Type.Record(Type.String(), Type.Unknown())

export const Backup = Type.Object({
  id: Uuid,
  account_id: Uuid,
  tenant_id: Uuid,
  project_id: Uuid,
  deployment_id: Uuid,
  deployment_name: Type.String({ description: 'As it was called then: the deployment may be gone.' }),
  deployment_target_id: Uuid,
  namespace_id: Uuid,
  data_service_id: Uuid,
  backup_target_id: Uuid,
  cluster_resource_name: Type.String(),
  backup_type: Type.Union([Type.Literal('adhoc'), Type.Literal('scheduled')]),
  backup_level: Type.Union([Type.Literal('snapshot'), Type.Literal('incremental')]),
  schedule: Type.Optional(Type.String({ description: 'Cron of five fields, in UTC.' })),
  job_history_limit: Type.Optional(
    Type.Integer({ description: 'How many jobs that succeeded are kept; all of them when it is missing.' }),
  ),
  reclaim_policy: Type.Union([Type.Literal('retain'), Type.Literal('delete')]),
  state: Type.Union([Type.Literal('created'), Type.Literal('pending'), Type.Literal('failed')]),
  suspend: Type.Boolean(),
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const NewBackup = Type.Object({
  backup_type: Type.Optional(Type.String({ description: 'adhoc or scheduled.' })),
  backup_level: Type.Optional(
    Type.String({
      description:
        'snapshot, which it is unless given, or incremental: full where the engine knows no other.',
    }),
  ),
  backup_target_id: Type.Optional(Uuid),
  schedule: Type.Optional(Type.String({ maxLength: 255, description: 'For scheduled ones; cron in UTC.' })),
  job_history_limit: Type.Optional(Type.Integer({ maximum: 2_147_483_647 })),
})

export const BackupChanges = Type.Object({
  job_history_limit: Type.Optional(Type.Integer({ maximum: 2_147_483_647 })),
})

export const BackupJobStatus = Type.Object({
  name: Type.String(),
  status: Type.String(),
  start_time: Timestamp,
  completion_time: Type.Optional(Timestamp),
})

export const BackupJob = Type.Object({
  id: Uuid,
  backup_id: Type.Optional(
    Type.String({
      description: 'Missing where no backup of this API asked for it: a policy of Croft did, or another API.',
    }),
  ),
  project_id: Uuid,
  deployment_id: Uuid,
  deployment_target_id: Uuid,
  namespace_id: Type.Optional(Uuid),
  image_id: Type.Optional(Uuid),
  name: Type.String(),
  completion_status: Type.Union([Type.Literal('Active'), Type.Literal('Succeeded'), Type.Literal('Failed')]),
  start_time: Timestamp,
  completion_time: Type.Optional(Timestamp),
  error_code: Type.Optional(
    Type.Union([
      Type.Literal('JobFailed'),
      Type.Literal('VolumeSnapshotFailed'),
      Type.Literal('PXCloudCredentialsNotFound'),
    ]),
  ),
  error_message: Type.Optional(Type.String()),
  file_size: Type.Optional(Type.Integer({ description: 'Bytes that are stored.' })),
  cloud_snap_id: Type.Optional(Type.String({ description: 'Where it lies in the backup target.' })),
  cloud_credential_name: Type.Optional(Type.String()),
  backup_capability: Type.Optional(Type.String()),
  backup_spec: anything,
  data_service_spec: anything,
  timestamp: Type.Optional(Timestamp),
  created_at: Timestamp,
  updated_at: Timestamp,
})

const ERROR_CODES = ['', 'JobFailed', 'VolumeSnapshotFailed', 'PXCloudCredentialsNotFound'].map((code) =>
  Type.Literal(code),
)

export const ReportedBackupJob = Type.Object({
  project_id: Uuid,
  backup_id: Type.Optional(Uuid),
  deployment_id: Type.Optional(Uuid),
  deployment_target_id: Type.Optional(Uuid),
  namespace_name: Type.Optional(Type.String({ maxLength: 255 })),
  image_name: text,
  name: Type.Optional(Named),
  completion_status: text,
  start_time: text,
  completion_time: text,
  error_code: Type.Optional(Type.Union(ERROR_CODES)),
  error_message: text,
  file_size: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  cloud_snap_id: text,
  cloud_credential_name: text,
  backup_capability: text,
  backup_spec: Type.Optional(anything),
  data_service_spec: Type.Optional(anything),
  timestamp: text,
  deleted: Type.Optional(Type.Boolean()),
})
