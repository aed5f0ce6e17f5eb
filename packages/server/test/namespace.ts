import { newId } from '../src/platform/ids/index.ts'
import type { TestDatabase } from './database.ts'

type Db = TestDatabase['db']

/** A namespace on a deployment target that only reports. */
export async function insertNamespace(
  db: Db,
  workspaceId: string,
  name: string,
  deploymentTargetId = newId(),
): Promise<{ readonly id: string; readonly deploymentTargetId: string }> {
  await db
    .insertInto('deployment_targets')
    .values({
      id: deploymentTargetId,
      workspace_id: workspaceId,
      name: `target of ${name}`,
      cluster_id: newId(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const id = newId()
  await db
    .insertInto('namespaces')
    .values({ id, workspace_id: workspaceId, deployment_target_id: deploymentTargetId, name })
    .execute()
  return { id, deploymentTargetId }
}

/** Says that a database is in a namespace. */
export async function deployInto(
  db: Db,
  databaseId: string,
  at: { readonly workspaceId: string; readonly projectId: string; readonly namespaceId: string },
): Promise<void> {
  const { deployment_target_id } = await db
    .selectFrom('namespaces')
    .select('deployment_target_id')
    .where('id', '=', at.namespaceId)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('deployments')
    .values({
      id: databaseId,
      database_id: databaseId,
      workspace_id: at.workspaceId,
      project_id: at.projectId,
      name: 'd',
      cluster_resource_name: `pg-d-${databaseId.slice(-6)}`,
      deployment_target_id,
      namespace_id: at.namespaceId,
      data_service_id: newId(),
      version_id: newId(),
      image_id: newId(),
    })
    .execute()
}
