import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const Text = (description: string, maxLength = 1000) => Type.Optional(Type.String({ maxLength, description }))

const endpoint = Text(
  'Where the service is. For `s3` the region’s own unless given. For `s3_compatible`, `file:///directory` is a directory of every host, which only platform administrators may name.',
)
const accessKey = Text('Access key id.', 256)
const secretKey = Text('Never shown again.', 4096)
const elsewhere = Text('Where the service is, if it is not the provider’s own. Croft’s extension.')

const Azure = Type.Object({
  account_name: Text('Name of the storage account.', 256),
  account_key: secretKey,
  endpoint: elsewhere,
})
const Google = Type.Object({
  project_id: Text('Project of the bucket.', 256),
  json_key: Text('The JSON document of a service account’s key. Never shown again.', 32_768),
  endpoint: elsewhere,
})
const S3 = Type.Object({ access_key: accessKey, secret_key: secretKey, endpoint })

/** What a store is reached with: exactly one of these. */
export const Credentials = Type.Object({
  azure: Type.Optional(Type.Union([Azure, Type.Null()])),
  google: Type.Optional(Type.Union([Google, Type.Null()])),
  s3: Type.Optional(Type.Union([S3, Type.Null()])),
  s3_compatible: Type.Optional(Type.Union([S3, Type.Null()])),
})

/** Of those, what is no secret. */
export const PartialCredentials = Type.Object({
  azure: Type.Optional(Type.Object({ account_name: Type.String(), endpoint: elsewhere })),
  google: Type.Optional(Type.Object({ project_id: Type.String(), endpoint: elsewhere })),
  s3: Type.Optional(Type.Object({ access_key: Type.String(), endpoint: Type.String() })),
  s3_compatible: Type.Optional(Type.Object({ access_key: Type.String(), endpoint: Type.String() })),
})

export const CREDENTIALS_TYPES = ['azure', 's3', 's3-compatible', 'google'] as const
export const CredentialsType = Type.Enum([...CREDENTIALS_TYPES])

export const BackupCredentials = Type.Object({
  id: Uuid,
  name: Type.String(),
  type: CredentialsType,
  account_id: Uuid,
  tenant_id: Uuid,
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const CreateBackupCredentials = Type.Object({
  name: Type.String({ description: 'Of its own among those of the tenant.' }),
  credentials: Credentials,
})

export const UpdateBackupCredentials = Type.Partial(CreateBackupCredentials)
