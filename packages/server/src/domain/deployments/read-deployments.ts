import { type RawBuilder, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Source } from '../databases/index.ts'
import { isHealthy, isHostHealthy } from '../deployment-targets/index.ts'
import type { ResourcesContent, StorageContent } from '../templates/index.ts'
import type { DeployedDatabase, Deployment, DeploymentState } from './deployment.ts'

/** How far a database is, in a deployment's words; one on paper has a state of its own. */
export const STATE: RawBuilder<DeploymentState> = sql<DeploymentState>`case
  when databases.id is null then deployments.state
  when databases.state = 'provisioning' then 'pending'
  when databases.state = 'failed' then 'failed'
  else 'created' end`

export const NAME: RawBuilder<string> = sql<string>`coalesce(databases.name, deployments.name)`

/**
 * Deployments that are there. The database decides: one that is deleted or in quarantine has no deployment, and it is in
 * the project that the database is in. What existed on paper only stays behind when its project goes elsewhere. Callers
 * add conditions and an order.
 */
export function selectDeployments(db: Executor) {
  return db
    .selectFrom('deployments')
    .leftJoin('databases', 'databases.id', 'deployments.database_id')
    .leftJoin('instances', 'instances.database_id', 'databases.id')
    .innerJoin('projects', (join) =>
      join.on('projects.id', '=', sql<string>`coalesce(databases.project_id, deployments.project_id)`),
    )
    .innerJoin('workspaces', 'workspaces.id', 'projects.workspace_id')
    .innerJoin('deployment_targets', 'deployment_targets.id', 'deployments.deployment_target_id')
    .innerJoin('namespaces', 'namespaces.id', 'deployments.namespace_id')
    .leftJoin('targets', 'targets.id', 'deployment_targets.target_id')
    .where('deployments.deleted_at', 'is', null)
    .where('projects.deleted_at', 'is', null)
    .where(
      sql<boolean>`case when databases.id is null
        then deployments.database_id is null and deployments.workspace_id = projects.workspace_id
        else databases.deleted_at is null and databases.quarantined_at is null end`,
    )
    .selectAll('deployments')
    .select([
      'workspaces.organization_id',
      'projects.id as in_project',
      'projects.workspace_id as in_workspace',
      'databases.state as database_state',
      'databases.state_message',
      'databases.engine',
      'databases.version',
      'databases.region',
      'databases.size',
      'databases.branch_id',
      'databases.source',
      'databases.created_at as database_created_at',
      'databases.ready_at',
      'databases.tls_required',
      'instances.revision',
      'instances.observed',
      'namespaces.name as namespace_name',
      'deployment_targets.tls_issuer',
      'deployment_targets.last_health_check',
      'deployment_targets.target_id',
      'targets.connected_at',
      'targets.last_seen_at',
    ])
    .select([NAME.as('shown_name'), STATE.as('shown_state')])
    .select((eb) =>
      eb
        .selectFrom('deployment_restores')
        .whereRef('deployment_restores.deployment_id', '=', 'deployments.id')
        .orderBy('deployment_restores.created_at', 'desc')
        .limit(1)
        .select('deployment_restores.id')
        .as('restore_id'),
    )
}
export type DeploymentRow = Awaited<ReturnType<ReturnType<typeof selectDeployments>['execute']>>[number]

function toDeployed(row: DeploymentRow): DeployedDatabase | null {
  const { database_state: state, engine, version, region, size, database_created_at: createdAt } = row
  if (state === null || engine === null || version === null || region === null || size === null) return null
  return {
    ...{ state, engine, version, region, size },
    stateMessage: row.state_message,
    branchId: row.branch_id,
    source: (row.source ?? { type: 'empty' }) as Source,
    createdAt: createdAt ?? row.created_at,
    readyAt: row.ready_at,
    revision: row.revision ?? 0,
    observed: row.observed,
  }
}

export function toDeployment(row: DeploymentRow): Deployment {
  const database = toDeployed(row)
  const failed = row.shown_state === 'failed' && database !== null
  return {
    id: row.id,
    organizationId: row.organization_id,
    workspaceId: row.in_workspace,
    projectId: row.in_project,
    name: row.shown_name,
    clusterResourceName: row.cluster_resource_name,
    deploymentTargetId: row.deployment_target_id,
    namespaceId: row.namespace_id,
    dataServiceId: row.data_service_id,
    versionId: row.version_id,
    imageId: row.image_id,
    nodeCount: row.node_count,
    serviceType: row.service_type,
    dnsZone: row.dns_zone,
    loadBalancerSourceRanges: row.load_balancer_source_ranges,
    configuration: row.configuration,
    // As they were checked before they were written.
    resources: row.resources as Partial<ResourcesContent>,
    storageOptions: row.storage_options as Partial<StorageContent>,
    tlsEnabled: row.tls_required ?? row.tls_enabled,
    scheduledBackup: row.scheduled_backup,
    localOnly: database === null,
    state: row.shown_state,
    error: failed
      ? { code: 'deployment_failed', message: row.state_message ?? 'The database could not be made.' }
      : row.error,
    database,
    restoreId: row.restore_id,
    targetStatus: (row.target_id === null ? isHealthy(row.last_health_check) : isHostHealthy(row))
      ? 'healthy'
      : 'unhealthy',
    tlsIssuer: row.tls_issuer,
    namespaceName: row.namespace_name,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** Authorizes nothing. */
export async function findDeployment(db: Executor, id: string): Promise<Deployment | undefined> {
  const row = await selectDeployments(db).where('deployments.id', '=', id).executeTakeFirst()
  return row && toDeployment(row)
}
