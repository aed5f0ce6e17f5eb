import { Type } from 'typebox'
import { CAPABILITIES, METADATA } from '../../../domain/deployment-targets/index.ts'
import { Named, Text } from './text.ts'
import { Timestamp, Uuid } from './wire.ts'

const optional = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, Type.Optional(Type.String())]))

export const DeploymentTarget = Type.Object({
  id: Uuid,
  account_id: Uuid,
  tenant_id: Uuid,
  name: Type.String(),
  cluster_id: Type.String({ description: 'As its agent gave it; a host’s own id for a host.' }),
  status: Type.String({
    enum: ['healthy', 'unhealthy'],
    description: 'Healthy while heartbeats arrive; unhealthy three minutes after the last one.',
  }),
  connection_status: Type.String({ enum: ['connected', 'disconnected'] }),
  capabilities: Type.Object(Object.fromEntries(CAPABILITIES.map((name) => [name, Type.String()])), {
    description: 'The version of each; empty for what it cannot.',
  }),
  metadata: Type.Object(optional(METADATA.filter((name) => name !== 'teleport_agent_version')), {
    description: 'What its agent said of it. `hostname`, of hosts, is ours.',
  }),
  teleport_agent_version: Type.Optional(Type.String()),
  tls_required: Type.Boolean({ description: 'Whether its deployments must have TLS.' }),
  tls_issuer: Type.Optional(Type.String()),
  last_health_check: Type.Optional(Timestamp),
  last_operator_heartbeat: Type.Optional(Timestamp),
  created_at: Timestamp,
  updated_at: Timestamp,
})

export const NewDeploymentTarget = Type.Object({
  name: Named,
  cluster_id: Type.String({
    ...Named,
    minLength: 1,
    description: 'What tells the cluster from all others: the uid of its namespace kube-system.',
  }),
  tls_required: Type.Optional(Type.Boolean()),
  tls_issuer: Type.Optional(Named),
  teleport_agent_version: Type.Optional(Named),
})

export const DeploymentTargetChanges = Type.Object({
  name: Type.Optional(Named),
  tls_required: Type.Optional(Type.Boolean()),
  tls_issuer: Type.Optional(Type.String({ ...Named, description: 'Empty for none.' })),
})

export const Heartbeat = Type.Object({ cluster_id: Type.Optional(Named) })
export const HeartbeatAnswer = Type.Object({ cluster_id: Type.String(), name: Type.String() })

const texts = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, Type.Optional(Text)]))

export const AgentMetadata = Type.Object(
  texts(
    ...['kube_api_version', 'kube_platform', 'pds_chart_version', 'px_csi_enabled'],
    ...['px_service_namespace', 'px_version', 'teleport_agent_version'],
  ),
)
const cluster = { cluster_id: Type.Optional(Named) }
export const OperatorMetadata = Type.Object({
  ...cluster,
  ...texts('pds_features', 'pds_operator_version', 'px_status'),
})
export const Metadata = Type.Object({
  ...cluster,
  ...texts('kube_api_version', 'pds_chart_version', 'px_service_namespace', 'px_version'),
  kube_platform: Type.Optional(Type.String({ enum: ['unknown', 'aws', 'azure', 'gcp', 'ocp', 'generic'] })),
  px_csi_enabled: Type.Optional(Type.String({ enum: ['unknown', 'yes', 'no'] })),
})

export const ReportedCapabilities = Type.Object(
  Object.fromEntries(CAPABILITIES.map((name) => [name, Type.Optional(Text)])),
  { description: 'Versions such as v1; what is empty or left out the target cannot.' },
)

const teleport = {
  teleport_ca_pin: Type.String(),
  teleport_join_token: Type.String(),
  teleport_proxy_addr: Type.String(),
}
const description = 'Empty: Croft reaches nobody through Teleport, and collects nothing.'
export const JoinCredentials = Type.Object(teleport, { description })
export const TargetConfig = Type.Object({ ...teleport, observability_url: Type.String() }, { description })
