import type { Capabilities } from './capabilities.ts'
import type { TargetMetadata } from './metadata.ts'

/** Where a workspace's deployments can go: its view of a host, or a cluster whose agent only reports. */
export interface DeploymentTarget {
  readonly id: string
  readonly workspaceId: string
  readonly organizationId: string
  /** The host behind it; null for one that only reports, where Croft can do nothing itself. */
  readonly targetId: string | null
  readonly name: string
  readonly clusterId: string
  readonly status: 'healthy' | 'unhealthy'
  /** Whether its agent is connected at this moment; of one that reports, whether it is healthy. */
  readonly isConnected: boolean
  readonly capabilities: Capabilities
  readonly metadata: TargetMetadata
  /** Whether deployments must have TLS. */
  readonly tlsRequired: boolean
  readonly tlsIssuer: string | null
  readonly lastHealthCheck: Date | null
  readonly lastOperatorHeartbeat: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type NamespaceStatus = 'available' | 'unavailable'

/** A part of a deployment target; on a host, an isolation group. */
export interface Namespace {
  readonly id: string
  readonly workspaceId: string
  readonly organizationId: string
  readonly deploymentTargetId: string
  readonly name: string
  /** An unavailable one takes no new deployments. */
  readonly status: NamespaceStatus
  readonly createdAt: Date
  readonly updatedAt: Date
}
