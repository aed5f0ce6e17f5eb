import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const made = { created_at: Timestamp, updated_at: Timestamp }

export const DataService = Type.Object({
  id: Uuid,
  name: Type.String(),
  short_name: Type.String({ description: 'What names of its deployments begin with.' }),
  has_full_backup: Type.Boolean(),
  has_incremental_backup: Type.Boolean(),
  coming_soon: Type.Boolean({ description: 'No connected host can run it now.' }),
  nodes_limitations: Type.String({ description: 'How many nodes there may be, as a sentence.' }),
  node_restrictions: Type.Object({
    simple_config: Type.Array(Type.Integer(), { description: 'Every number there may be; empty for any.' }),
    resize_disabled: Type.Array(Type.Integer(), { description: 'Numbers that cannot be changed later.' }),
    downsize_enabled: Type.Boolean(),
  }),
  ...made,
})

export const Version = Type.Object({
  id: Uuid,
  data_service_id: Uuid,
  name: Type.String(),
  enabled: Type.Boolean({ description: 'A connected host can run it now.' }),
  ...made,
})

export const Image = Type.Object({
  id: Uuid,
  data_service_id: Uuid,
  version_id: Uuid,
  name: Type.String(),
  namespace: Type.String(),
  registry: Type.String({ description: 'Empty: hosts have their engines installed.' }),
  tag: Type.String({ description: 'The name of the version.' }),
  build: Type.String(),
  images: Type.Record(Type.String(), Type.String()),
  capabilities: Type.Record(Type.String(), Type.String()),
  tls_available: Type.Boolean(),
  ...made,
})

const CompatibleVersion = Type.Object({ id: Uuid, name: Type.String() })

export const CompatibleVersions = Type.Object({
  data_service_id: Uuid,
  data_service_name: Type.String(),
  version_id: Uuid,
  version_name: Type.String(),
  compatible: Type.Array(CompatibleVersion, { description: 'What it can become, itself included.' }),
  latest_compatible: Type.Array(CompatibleVersion, {
    description: 'The newest of each patch line of those.',
  }),
  latest_compatible_patch: CompatibleVersion,
})
