import type { BackupCredentials, PublicCredentials } from '../../../domain/backup-credentials/index.ts'
import type { BackupPolicy } from '../../../domain/backup-policies/index.ts'
import type { DescribedTarget, TargetState } from '../../../domain/backup-targets/index.ts'
import { timestamp } from '../timestamp.ts'

interface Stored {
  readonly id: string
  readonly name: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

const stored = (found: Stored) => ({
  id: found.id,
  name: found.name,
  account_id: found.organizationId,
  tenant_id: found.workspaceId,
  created_at: timestamp(found.createdAt),
  updated_at: timestamp(found.updatedAt),
})

export const presentCredentials = (found: BackupCredentials) => ({ ...stored(found), type: found.type })

const elsewhere = (endpoint: string | undefined) => (endpoint === undefined ? {} : { endpoint })

/** Credentials without their secrets. */
export function presentPartial(shown: PublicCredentials) {
  switch (shown.type) {
    case 'azure':
      return { azure: { account_name: shown.accountName, ...elsewhere(shown.endpoint) } }
    case 'google':
      return { google: { project_id: shown.projectId, ...elsewhere(shown.endpoint) } }
    case 's3':
      return { s3: { access_key: shown.accessKey, endpoint: shown.endpoint } }
    default:
      return { s3_compatible: { access_key: shown.accessKey, endpoint: shown.endpoint } }
  }
}

export const presentTarget = (found: DescribedTarget) => ({
  ...stored(found),
  type: found.kind,
  bucket: found.bucket,
  // Of others it is what requests are signed with, and no place.
  region: found.kind === 's3' ? found.region : '',
  ...(found.credentialsId === null ? {} : { backup_credentials_id: found.credentialsId }),
})

const NONE = '00000000-0000-0000-0000-000000000000'

/** Codes of the API that a state may fail with. */
const CODES = [
  'deployment_target_unavailable',
  'failed_to_create_px_credentials',
  'failed_to_delete_px_credentials',
] as const

export function presentState({ backupTargetId, deploymentTargetId, state, error, credentials }: TargetState) {
  const code = CODES.find((each) => each === error?.code)
  return {
    backup_target_id: backupTargetId,
    deployment_target_id: deploymentTargetId,
    state,
    px_credentials_id: credentials?.id ?? NONE,
    px_credentials_name: credentials?.name ?? '',
    ...(code === undefined ? {} : { error_code: code }),
    ...(error === null
      ? {}
      : { error_message: error.message, error_details: error.details ?? error.message }),
  }
}

export const presentPolicy = (found: BackupPolicy) => ({
  ...stored(found),
  schedules: found.schedules.map(({ id, type, schedule, retention_count }) => ({
    ...{ id, type, schedule, retention_count },
  })),
})
