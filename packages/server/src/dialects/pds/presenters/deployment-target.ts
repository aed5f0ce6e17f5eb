import type * as domain from '../../../domain/deployment-targets/index.ts'
import { timestamp } from '../timestamp.ts'

export function presentDeploymentTarget(target: domain.DeploymentTarget) {
  const { teleport_agent_version, ...metadata } = target.metadata
  return {
    id: target.id,
    account_id: target.organizationId,
    tenant_id: target.workspaceId,
    name: target.name,
    cluster_id: target.clusterId,
    status: target.status,
    connection_status: target.isConnected ? 'connected' : 'disconnected',
    capabilities: { ...target.capabilities },
    metadata,
    ...(teleport_agent_version === undefined ? {} : { teleport_agent_version }),
    tls_required: target.tlsRequired,
    ...(target.tlsIssuer === null ? {} : { tls_issuer: target.tlsIssuer }),
    ...(target.lastHealthCheck === null ? {} : { last_health_check: timestamp(target.lastHealthCheck) }),
    ...(target.lastOperatorHeartbeat === null
      ? {}
      : { last_operator_heartbeat: timestamp(target.lastOperatorHeartbeat) }),
    created_at: timestamp(target.createdAt),
    updated_at: timestamp(target.updatedAt),
  }
}
