import { sql } from 'kysely'
import type { Columns, Subjects } from '../access/index.ts'
import type { Credential, Database } from './entities.ts'

/** Of a query that joins `databases` and `projects`: a deployment that stayed in another workspace counts for nothing. */
export const NAMESPACE_ID = sql<string | null>`(select deployments.namespace_id from deployments
  where deployments.database_id = databases.id and deployments.workspace_id = projects.workspace_id)`

/** What rules may ask of a database. */
export const databaseFields = (database: Database): Subjects['databases'] => ({
  id: database.id,
  workspaceId: database.workspaceId,
  projectId: database.project.id,
  name: database.name,
  engine: database.engine,
  region: database.region,
  size: database.size,
  branchId: database.branchId,
  namespaceId: database.namespaceId,
})

export const DATABASE_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('databases.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  projectId: { type: 'uuid', sql: sql.ref('databases.project_id') },
  name: { type: 'text', sql: sql.ref('databases.name') },
  engine: { type: 'text', sql: sql.ref('databases.engine') },
  region: { type: 'text', sql: sql.ref('databases.region') },
  size: { type: 'text', sql: sql.ref('databases.size') },
  branchId: { type: 'uuid', sql: sql.ref('databases.branch_id') },
  namespaceId: { type: 'uuid', sql: NAMESPACE_ID },
}

/** What rules may ask of a credential. */
export const credentialFields = (credential: Credential): Subjects['credentials'] => ({
  id: credential.id,
  workspaceId: credential.workspaceId,
  projectId: credential.projectId,
  namespaceId: credential.namespaceId,
  databaseId: credential.database.id,
  name: credential.name,
})

export const CREDENTIAL_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('credentials.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  projectId: { type: 'uuid', sql: sql.ref('databases.project_id') },
  namespaceId: { type: 'uuid', sql: NAMESPACE_ID },
  databaseId: { type: 'uuid', sql: sql.ref('databases.id') },
  name: { type: 'text', sql: sql.ref('credentials.name') },
}
