import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const text = Type.Optional(Type.String({ maxLength: 4096 }))
const byCapability = Type.Record(Type.String(), Type.String())

export const Restore = Type.Object({
  id: Uuid,
  backup_job_id: Uuid,
  deployment_id: Uuid,
  deployment_target_id: Uuid,
  namespace_id: Uuid,
  name: Type.String(),
  cluster_resource_name: Type.String(),
  status: Type.String(),
  apply_status: Type.String(),
  error_code: Type.Optional(Type.String()),
  start_time: Type.Optional(Timestamp),
  completion_time: Type.Optional(Timestamp),
  timestamp: Type.Optional(Timestamp),
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const NewRestore = Type.Object({
  name: Type.String({ description: 'Of the new deployment, too.' }),
  namespace_id: Uuid,
  deployment_target_id: Uuid,
})

export const RetriedRestore = Type.Partial(NewRestore)

export const ReportedRestore = Type.Object({
  completion_status: text,
  start_time: text,
  completion_time: text,
  error_code: text,
  timestamp: text,
})

export const RestorabilityMatrix = Type.Record(
  Type.String(),
  Type.Array(Type.Object({ backup_job: byCapability, image: byCapability, target_cluster: byCapability })),
)

export const Task = Type.Object({
  id: Type.Integer({ description: 'A number that is always the same for the id of the path.' }),
  account_id: Uuid,
  tenant_id: Uuid,
  project_id: Uuid,
  description: Type.String(),
  status: Type.String({ description: 'pending, running, completed or failed.' }),
  current_step: Type.Integer(),
  total_steps: Type.Integer(),
  log: Type.Array(Type.String()),
  associated_resource: Type.String(),
  created_at: Timestamp,
  updated_at: Timestamp,
})
