import { randomUUID } from 'node:crypto'
import type { S3Server } from '../harness/s3-server.ts'
import type { Pds } from './pds.ts'

export interface Named {
  readonly id: string
  readonly name: string
}
export interface Backup extends Named {
  readonly state: string
  readonly suspend: boolean
  readonly backup_type: string
  readonly backup_level: string
  readonly cluster_resource_name: string
  readonly job_history_limit?: number
  readonly schedule?: string
  readonly created_at: string
}
export interface Job extends Named {
  readonly backup_id?: string
  readonly deployment_id: string
  readonly completion_status: string
  readonly file_size?: number
  readonly error_message?: string
  readonly data_service_spec: Readonly<Record<string, unknown>>
}
export interface JobStatus {
  readonly name: string
  readonly status: string
  readonly completion_time?: string
}
export interface Restore extends Named {
  readonly deployment_id: string
  readonly status: string
  readonly error_code?: string
}
export interface Task {
  readonly id: number
  readonly status: string
  readonly current_step: number
  readonly total_steps: number
  readonly log: readonly string[]
  readonly associated_resource: string
}

export const NOBODYS = randomUUID()
export const fresh = (name: string) => `${name}-${randomUUID().slice(0, 8)}`
export const backup = (id: string, more = '') => `/api/backups/${id}${more}`
export const job = (id: string, more = '') => `/api/backup-jobs/${id}${more}`
export const ofDeployment = (id: string) => `/api/deployments/${id}/backups`
export const LOCAL = { 'local-only': 'true' }

/** A backup target in a store. Only administrators of the platform may name one, unless it is set otherwise. */
export async function makeStore({ admin }: Pds, s3: S3Server, tenantId: string): Promise<string> {
  const body = { access_key: s3.accessKeyId, secret_key: s3.secretAccessKey, endpoint: s3.endpoint }
  const { id } = await admin.ok<Named>(200, 'POST', `/api/tenants/${tenantId}/backup-credentials`, {
    ...{ name: fresh('credentials'), credentials: { s3_compatible: body } },
  })
  const made = await admin.ok<Named>(201, 'POST', `/api/tenants/${tenantId}/backup-targets`, {
    ...{ name: fresh('store'), type: 's3-compatible', bucket: s3.bucket, backup_credentials_id: id },
  })
  return made.id
}
