import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { ensureDeployments } from '../deployments/index.ts'

export type JobScope =
  | { readonly projectId: string }
  | { readonly deploymentId: string }
  | { readonly backupId: string }

/** How a deployment (as `d` in the query) is ordered now, for what is restored of it. */
export const SPEC_OF_DEPLOYMENT = sql`jsonb_build_object(
  'name', d.name, 'dataServiceId', d.data_service_id, 'imageId', d.image_id, 'nodeCount', d.node_count,
  'serviceType', d.service_type, 'dnsZone', d.dns_zone,
  'loadBalancerSourceRanges', to_jsonb(d.load_balancer_source_ranges), 'configuration', d.configuration,
  'resources', d.resources, 'storageOptions', d.storage_options, 'tlsEnabled', d.tls_enabled,
  'size', (select size from databases where databases.id = d.database_id))`

/**
 * Makes a job of every backup that has none: the platform's schedule made it, or somebody through another API. It has
 * the backup's id and belongs to no plan. Puts those in order whose database has gone to another project since. Writes
 * nothing when there are none. Authorizes nothing.
 */
export async function ensureJobs(db: Executor, scope: JobScope): Promise<void> {
  const databaseId = 'backupId' in scope ? await databaseOf(db, scope.backupId) : undefined
  if ('backupId' in scope && databaseId === undefined) return
  const of =
    'projectId' in scope
      ? { column: 'd.project_id', id: scope.projectId }
      : { column: 'd.id', id: 'deploymentId' in scope ? scope.deploymentId : (databaseId ?? '') }
  await ensureDeployments(db, 'projectId' in scope ? scope : { databaseId: of.id })
  await sql`
    insert into backup_jobs (id, backup_id, workspace_id, project_id, deployment_id, deployment_target_id,
      namespace_id, image_id, name, deployment_spec, created_at, updated_at)
    select b.id, b.id, d.workspace_id, d.project_id, d.id, d.deployment_target_id, d.namespace_id, d.image_id,
      d.cluster_resource_name || '-' || right(b.id::text, 12), ${SPEC_OF_DEPLOYMENT}, b.created_at, b.created_at
    from deployments d join backups b on b.database_id = d.database_id
    where ${sql.ref(of.column)} = ${of.id} and b.state in ('running', 'completed', 'failed')
      and not exists (select from backup_jobs j where j.backup_id = b.id)
    on conflict do nothing`.execute(db)
  await sql`
    update backup_jobs j set project_id = d.project_id, workspace_id = d.workspace_id
    from deployments d
    where j.deployment_id = d.id and ${sql.ref(of.column)} = ${of.id} and j.project_id <> d.project_id
      and d.database_id is not null`.execute(db)
}

async function databaseOf(db: Executor, backupId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('backups')
    .select('database_id')
    .where('id', '=', backupId)
    .executeTakeFirst()
  return row?.database_id
}
