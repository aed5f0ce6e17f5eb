import { type TSchema, Type } from 'typebox'
import { DeploymentTarget } from './deployment-target.ts'
import { Namespace } from './namespace.ts'
import { givenStorage, quantities } from './template.ts'
import { Timestamp, Uuid } from './wire.ts'

const optional = <Fields extends Readonly<Record<string, TSchema>>>(fields: Fields) =>
  Type.Partial(Type.Object(fields))

const TEXTS = Type.Record(Type.String(), Type.String())

const DeploymentManifest = Type.Object({
  ...{ id: Uuid, deployment_id: Uuid },
  health: Type.String({ description: 'Available, Partially Available, Unavailable or Unknown.' }),
  status: Type.String({ description: 'The health, or Deploying, Restoring or Failed.' }),
  replicas: Type.Integer(),
  readyReplicas: Type.Integer(),
  restoring: Type.Boolean(),
  restore_status: Type.String({ description: 'How far the restore is that made it; empty when none did.' }),
  manifest: Type.Record(Type.String(), Type.Unknown(), {
    description: 'As it was reported, or as a host has it.',
  }),
  timestamp: Timestamp,
  ...{ created_at: Timestamp, updated_at: Timestamp },
})

export const Deployment = Type.Object({
  ...{ id: Uuid, account_id: Uuid, tenant_id: Uuid, project_id: Uuid },
  name: Type.String(),
  cluster_resource_name: Type.String({ description: 'What it is called on its target.' }),
  ...{ deployment_target_id: Uuid, namespace_id: Uuid },
  ...{ data_service_id: Uuid, version_id: Uuid, image_id: Uuid },
  node_count: Type.Integer(),
  state: Type.String({ description: 'pending, created or failed.' }),
  error: Type.Optional(
    Type.Object({
      code: Type.String(),
      message: Type.String(),
      details: Type.Optional(Type.String()),
    }),
  ),
  service_type: Type.Optional(Type.String()),
  dns_zone: Type.Optional(Type.String()),
  load_balancer_source_ranges: Type.Array(Type.String()),
  configuration: TEXTS,
  resources: optional(quantities),
  storage_options: Type.Object(givenStorage),
  initialize: Type.String(),
  connection_details: Type.Object({
    host: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
  }),
  tls_enabled: Type.Boolean(),
  tls_issuer: Type.Optional(Type.String()),
  restore_id: Type.Optional(Uuid),
  deployment_target: Type.Optional(DeploymentTarget),
  namespace: Type.Optional(Namespace),
  deployment_manifest: Type.Optional(DeploymentManifest),
  ...{ created_at: Timestamp, updated_at: Timestamp },
})

/** Both or neither; the official client can write none but as an empty object. */
const ScheduledBackup = Type.Object({
  backup_policy_id: Type.Optional(Type.Union([Uuid, Type.Null()])),
  backup_target_id: Type.Optional(Type.Union([Uuid, Type.Null()])),
})

const setup = {
  application_configuration_template_id: Type.Optional(Uuid),
  application_configuration_overrides: Type.Optional(TEXTS),
  resource_settings_template_id: Type.Optional(Uuid),
  scheduled_backup: Type.Optional(Type.Union([ScheduledBackup, Type.Null()])),
  tls_enabled: Type.Optional(Type.Boolean()),
}

export const NewDeployment = Type.Object({
  name: Type.String({ description: 'Lower letters, digits and hyphens; it need not be unique.' }),
  deployment_target_id: Uuid,
  namespace_id: Uuid,
  image_id: Uuid,
  node_count: Type.Optional(Type.Integer({ description: '1 unless given.' })),
  service_type: Type.Optional(
    Type.Union(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'].map((type) => Type.Literal(type))),
  ),
  dns_zone: Type.Optional(Type.String()),
  load_balancer_source_ranges: Type.Optional(Type.Array(Type.String())),
  storage_options_template_id: Type.Optional(Uuid),
  ...setup,
})

export const DeploymentChanges = Type.Object({
  image_id: Type.Optional(Uuid),
  node_count: Type.Optional(Type.Integer()),
  ...setup,
})

const Pod = Type.Object({ name: Type.String(), ip: Type.String(), workerNode: Type.String() })

export const ConnectionInfo = Type.Object({
  connectionDetails: Type.Object({
    nodes: Type.Array(Type.String()),
    ports: Type.Record(Type.String(), Type.Integer()),
  }),
  clusterDetails: Type.Record(Type.String(), Type.Unknown(), {
    description: 'In the words of the data service’s operator.',
  }),
  pods: Type.Array(Pod),
  notReadyPods: Type.Array(Pod),
})

export const Credentials = Type.Object({ password: Type.String({ description: 'Of the user `pds`.' }) })

export const DeploymentStatus = Type.Object({
  health: Type.String({ description: 'Available, Partially Available, Unavailable or Unknown.' }),
  status: Type.String({
    description: 'Preparing, Restoring, Deploying, Updating, Failed, Update Failed, Timeout or Deployed.',
  }),
  initialized: Type.String({ description: 'Yes, No or Pending.' }),
  replicas: Type.Integer(),
  readyReplicas: Type.Integer(),
  restoring: Type.Boolean(),
  resources: Type.Array(
    Type.Object({
      resource: Type.Object({ apiGroup: Type.String(), kind: Type.String(), name: Type.String() }),
      conditions: Type.Array(
        Type.Object({
          ...{ type: Type.String(), status: Type.String() },
          ...{ reason: Type.String(), message: Type.String() },
        }),
      ),
    }),
  ),
})
