import { sql } from 'kysely'
import type { Columns, Subjects } from '../access/index.ts'
import type { Deployment } from './deployment.ts'

/** What rules may ask of a deployment: it is a database, also when it exists on paper only. */
export const deploymentFields = (deployment: Deployment): Subjects['databases'] => ({
  id: deployment.id,
  workspaceId: deployment.workspaceId,
  projectId: deployment.projectId,
  namespaceId: deployment.namespaceId,
  name: deployment.name,
  engine: deployment.database?.engine ?? '',
  region: deployment.database?.region ?? '',
  size: deployment.database?.size ?? '',
  branchId: deployment.database?.branchId ?? null,
})

/** Of `selectDeployments`. */
export const DEPLOYMENT_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('deployments.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  projectId: { type: 'uuid', sql: sql.ref('projects.id') },
  namespaceId: { type: 'uuid', sql: sql.ref('deployments.namespace_id') },
  name: { type: 'text', sql: sql`coalesce(databases.name, deployments.name)` },
  engine: { type: 'text', sql: sql`coalesce(databases.engine, '')` },
  region: { type: 'text', sql: sql`coalesce(databases.region, '')` },
  size: { type: 'text', sql: sql`coalesce(databases.size, '')` },
  branchId: { type: 'uuid', sql: sql.ref('databases.branch_id') },
}
