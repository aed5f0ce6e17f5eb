import { sql } from 'kysely'
import type { Columns, Subjects } from '../access/index.ts'

interface OfDeployment {
  readonly id: string
  readonly workspaceId: string
  readonly projectId: string
  readonly namespaceId: string | null
  readonly deploymentId: string
}

/** What rules may ask of a plan and of a job: both are backups to them. A deployment has its database's id. */
export const backupFields = (of: OfDeployment): Subjects['backups'] => ({
  id: of.id,
  workspaceId: of.workspaceId,
  projectId: of.projectId,
  namespaceId: of.namespaceId,
  databaseId: of.deploymentId,
})

/** The same of a query that has `projects` and one of these tables. */
export const backupColumns = (table: 'backup_plans' | 'backup_jobs'): Columns => ({
  id: { type: 'uuid', sql: sql.ref(`${table}.id`) },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  projectId: { type: 'uuid', sql: sql.ref('projects.id') },
  namespaceId: { type: 'uuid', sql: sql.ref('deployments.namespace_id') },
  databaseId: { type: 'uuid', sql: sql.ref(`${table}.deployment_id`) },
})
