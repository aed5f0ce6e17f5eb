import { Type } from 'typebox'
import { SYNC_STATES } from '../../../domain/backup-targets/index.ts'
import { CredentialsType } from './backup-credentials.ts'
import { Timestamp, Uuid } from './wire.ts'

const name = Type.String({ description: 'Of its own among those of the tenant.' })
const region = Type.String({ description: 'Of the bucket; only of type `s3`, and then required.' })

export const BackupTarget = Type.Object({
  id: Uuid,
  name,
  type: CredentialsType,
  bucket: Type.String({ description: 'Or the container. Of a directory, its name.' }),
  region,
  backup_credentials_id: Type.Optional({
    ...Uuid,
    description: 'Missing of a target that was made by another of Croft’s APIs.',
  }),
  account_id: Uuid,
  tenant_id: Uuid,
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const CreateBackupTarget = Type.Object({
  name,
  type: Type.Optional(Type.String({ description: 'That of the credentials.' })),
  bucket: Type.Optional(Type.String({ description: 'Or the container. Must not be empty.' })),
  region: Type.Optional(region),
  backup_credentials_id: Uuid,
})

export const UpdateBackupTarget = Type.Object({ name: Type.Optional(name) })

export const BackupTargetState = Type.Object(
  {
    backup_target_id: Uuid,
    deployment_target_id: Uuid,
    state: Type.Enum([...SYNC_STATES]),
    px_credentials_id: Type.String({ description: 'Nothing but zeros until it could be stored there.' }),
    px_credentials_name: Type.String({ description: 'Empty until it could be stored there.' }),
    error_code: Type.Optional(
      Type.Enum([
        'deployment_target_unavailable',
        'failed_to_create_px_credentials',
        'failed_to_delete_px_credentials',
      ]),
    ),
    error_message: Type.Optional(Type.String()),
    error_details: Type.Optional(Type.String()),
  },
  { description: 'Whether what runs on a deployment target can be stored in a backup target.' },
)
