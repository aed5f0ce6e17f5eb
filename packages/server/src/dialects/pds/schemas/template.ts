import { Type } from 'typebox'
import { Timestamp, Uuid } from './wire.ts'

const Name = Type.String({ description: 'Unique in the tenant and, where it has one, for the data service.' })
/** Of a sample, which has no id. */
const published = { created: Timestamp, updated: Timestamp, version: Type.Integer() }
const stored = {
  ...{ id: Uuid, tenant_id: Uuid, account_id: Uuid },
  ...{ created_at: Timestamp, updated_at: Timestamp },
}

const ConfigItem = Type.Object({
  key: Type.String({ description: 'The setting, by the name that its server gives it.' }),
  value: Type.String(),
  deploy_time: Type.Boolean({ description: 'Whoever makes a deployment must give the value.' }),
})
export const GivenConfigItem = Type.Object({
  key: Type.String(),
  value: Type.Optional(Type.String()),
  deploy_time: Type.Optional(Type.Boolean()),
})

const quantity = (description: string) =>
  Type.String({ description: `${description}, as Kubernetes writes quantities: 500m, 1500M, 2Gi.` })
export const quantities = {
  cpu_request: quantity('CPU cores that a deployment is sure of'),
  cpu_limit: quantity('CPU cores that it may use'),
  memory_request: quantity('Memory that it is sure of'),
  memory_limit: quantity('Memory that it may use'),
  storage_request: quantity('Disk space'),
}
const storage = {
  fs: Type.String({ description: 'xfs or ext4.' }),
  fg: Type.Boolean({ description: 'Volumes of a group are on nodes of their own.' }),
  repl: Type.Integer({ description: 'Copies of a volume, 1 to 3.' }),
  provisioner: Type.String({ description: 'pxd.portworx.com, kubernetes.io/portworx-volume or auto.' }),
  secure: Type.Boolean({ description: 'Always false: encrypted volumes are not offered.' }),
}
export const givenStorage = {
  fs: Type.Optional(storage.fs),
  fg: Type.Optional(storage.fg),
  repl: Type.Optional(storage.repl),
  provisioner: Type.Optional(storage.provisioner),
  secure: Type.Optional(storage.secure),
}

const configuration = { name: Name, data_service_id: Uuid, config_items: Type.Array(ConfigItem) }
export const ConfigurationTemplate = Type.Object({ ...stored, ...configuration })
export const ConfigurationSample = Type.Object({ ...published, ...configuration })

const resources = { name: Name, data_service_id: Uuid, ...quantities }
export const ResourcesTemplate = Type.Object({ ...stored, ...resources })
export const ResourcesSample = Type.Object({ ...published, ...resources })

export const StorageTemplate = Type.Object({ ...stored, name: Name, ...storage })
export const StorageSample = Type.Object({ ...published, name: Name, ...storage })

export const BackupPolicySample = Type.Object({
  ...published,
  name: Name,
  schedules: Type.Array(
    Type.Object({
      id: Uuid,
      type: Type.String({ description: 'full or incremental.' }),
      schedule: Type.String({ description: 'Cron, five fields, in UTC.' }),
      retention_count: Type.Integer({ description: 'Jobs that are kept.' }),
    }),
  ),
})
