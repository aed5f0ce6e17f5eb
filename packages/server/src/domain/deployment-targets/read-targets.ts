import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call, type Columns, type Subjects } from '../access/index.ts'
import { isConnected } from '../connected.ts'
import { hostCapabilities, storedCapabilities } from './capabilities.ts'
import type { DeploymentTarget } from './entities.ts'
import { hostMetadata, storedMetadata } from './metadata.ts'
import { isHealthy, isHostHealthy } from './status.ts'

/** Deployment targets that are there, with what their hosts' agents said; callers add conditions and an order. */
export function selectDeploymentTargets(db: Executor) {
  return db
    .selectFrom('deployment_targets')
    .innerJoin('workspaces', 'workspaces.id', 'deployment_targets.workspace_id')
    .leftJoin('targets', 'targets.id', 'deployment_targets.target_id')
    .where('deployment_targets.deleted_at', 'is', null)
    .selectAll('deployment_targets')
    .select(['workspaces.organization_id', 'targets.agent', 'targets.connected_at', 'targets.last_seen_at'])
}
type Row = Awaited<ReturnType<ReturnType<typeof selectDeploymentTargets>['execute']>>[number]

export function toDeploymentTarget(row: Row): DeploymentTarget {
  const isHost = row.target_id !== null
  const lastHealthCheck = isHost ? row.last_seen_at : row.last_health_check
  const healthy = isHost ? isHostHealthy(row) : isHealthy(lastHealthCheck)
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    organizationId: row.organization_id,
    targetId: row.target_id,
    name: row.name,
    clusterId: row.cluster_id,
    status: healthy ? 'healthy' : 'unhealthy',
    isConnected: isHost ? isConnected(row) : healthy,
    capabilities: isHost ? hostCapabilities(row.agent?.engines ?? []) : storedCapabilities(row.capabilities),
    metadata: isHost ? (row.agent ? hostMetadata(row.agent) : {}) : storedMetadata(row.metadata),
    tlsRequired: row.tls_required,
    tlsIssuer: row.tls_issuer,
    lastHealthCheck,
    lastOperatorHeartbeat: isHost ? row.last_seen_at : row.last_operator_heartbeat,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** What rules may ask of a deployment target, and of the namespaces there. */
export const deploymentTargetFields = ({
  id,
  workspaceId,
  name,
}: Pick<DeploymentTarget, 'id' | 'workspaceId' | 'name'>): Subjects['deployment-targets'] => ({
  id,
  workspaceId,
  name,
})

export const DEPLOYMENT_TARGET_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('deployment_targets.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('deployment_targets.workspace_id') },
  name: { type: 'text', sql: sql.ref('deployment_targets.name') },
}

const NOT_FOUND = {
  code: 'deployment-target-not-found',
  message: 'There is no deployment target with this id, or it is not accessible.',
} as const

export interface FoundHow {
  /** Until the transaction ends: `change` keeps others from changing it, `stay` from deleting it, `delete` from both. */
  readonly hold?: 'change' | 'stay' | 'delete'
}

/** The deployment target, if the caller may do this to it. Throws `deployment-target-not-found`, `forbidden`. */
export async function requireDeploymentTarget(
  executor: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
  { hold }: FoundHow = {},
): Promise<DeploymentTarget> {
  let query = selectDeploymentTargets(executor).where('deployment_targets.id', '=', id)
  if (hold === 'delete') query = query.forUpdate('deployment_targets')
  if (hold === 'change') query = query.forNoKeyUpdate('deployment_targets')
  // What a heartbeat writes does not wait for this one.
  if (hold === 'stay') query = query.forKeyShare('deployment_targets')
  const row = await query.executeTakeFirst()
  const found = row && toDeploymentTarget(row)
  return authorizeFound(
    call.principal,
    action,
    'deployment-targets',
    found,
    deploymentTargetFields,
    NOT_FOUND,
  )
}
