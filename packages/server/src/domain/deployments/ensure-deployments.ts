import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { findKnown, imageOf } from '../catalogue/index.ts'
import { defaultPlace } from '../deployment-targets/index.ts'
import { newClusterResourceName } from './cluster-resource-name.ts'

/** Whose databases are looked at. */
export type DeploymentScope =
  | { readonly projectId: string }
  | { readonly workspaceId: string }
  | { readonly databaseId: string }

/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000

/**
 * Makes a deployment of every database that was made without one, through another API, and puts those in order whose
 * database has gone to another project since; writes nothing when there are none. Authorizes nothing.
 */
export async function ensureDeployments(executor: Executor, scope: DeploymentScope): Promise<void> {
  const rows = await selectUnordered(executor, scope).execute()
  if (rows.length === 0) return
  const places = new Map<string, ReturnType<typeof defaultPlace>>()
  const made = []
  for (const row of rows) {
    const image = knownImage(row.engine, row.version)
    // Of an engine that is no data service.
    if (!image) continue
    const key = `${row.workspace_id} ${row.target_id}`
    const place = await (places.get(key) ?? defaultPlace(executor, row.workspace_id, row.target_id))
    places.set(key, Promise.resolve(place))
    const where = {
      workspace_id: row.workspace_id,
      project_id: row.project_id,
      deployment_target_id: place.deploymentTargetId,
      namespace_id: place.namespaceId,
    }
    if (row.deployment_id !== null) {
      // Within its workspace it stays where it is; in another one it has the view of its host there.
      const { project_id } = where
      await executor
        .updateTable('deployments')
        .set(row.in_workspace === row.workspace_id ? { project_id } : { ...where, scheduled_backup: null })
        .where('id', '=', row.deployment_id)
        .execute()
      continue
    }
    made.push({
      ...where,
      id: row.id,
      database_id: row.id,
      name: row.name,
      cluster_resource_name: newClusterResourceName(image.shortName, row.name),
      data_service_id: image.dataServiceId,
      version_id: image.versionId,
      image_id: image.imageId,
      tls_enabled: row.tls_required,
      state: 'created' as const,
      created_at: row.created_at,
    })
  }
  for (let at = 0; at < made.length; at += BATCH) {
    const batch = made.slice(at, at + BATCH)
    // Another process may have seen them missing, too.
    await executor
      .insertInto('deployments')
      .values(batch)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Databases that are there and have no deployment, or one that is filed elsewhere. */
function selectUnordered(executor: Executor, scope: DeploymentScope) {
  const query = executor
    .selectFrom('databases')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .innerJoin('instances', 'instances.database_id', 'databases.id')
    .leftJoin('deployments', 'deployments.database_id', 'databases.id')
    .where('databases.deleted_at', 'is', null)
    .where('databases.quarantined_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('deployments.id', 'is', null),
        eb('deployments.project_id', '!=', eb.ref('databases.project_id')),
        eb('deployments.workspace_id', '!=', eb.ref('projects.workspace_id')),
      ]),
    )
    .select([
      'databases.id',
      'databases.name',
      'databases.engine',
      'databases.version',
      'databases.tls_required',
      'databases.project_id',
      'databases.created_at',
      'projects.workspace_id',
      'instances.target_id',
      'deployments.id as deployment_id',
      'deployments.workspace_id as in_workspace',
    ])
    .orderBy('databases.id')
  if ('databaseId' in scope) return query.where('databases.id', '=', scope.databaseId)
  if ('projectId' in scope) return query.where('databases.project_id', '=', scope.projectId)
  return query.where('projects.workspace_id', '=', scope.workspaceId)
}

function knownImage(engine: string, version: string) {
  try {
    const image = imageOf(engine, version)
    return { ...image, shortName: findKnown(image.dataServiceId)?.shortName ?? engine }
  } catch (error) {
    if (error instanceof CroftError && error.code === 'engine-not-found') return undefined
    throw error
  }
}
