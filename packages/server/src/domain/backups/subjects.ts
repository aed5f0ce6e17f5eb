import { sql } from 'kysely'
import type { Columns, Subjects } from '../access/index.ts'
import { NAMESPACE_ID } from '../databases/index.ts'
import type { Backup } from './entities.ts'

/** What rules may ask of a backup. */
export const backupFields = (backup: Backup): Subjects['backups'] => ({
  id: backup.id,
  workspaceId: backup.workspaceId,
  projectId: backup.projectId,
  namespaceId: backup.namespaceId,
  databaseId: backup.databaseId,
})

export const BACKUP_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('backups.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  projectId: { type: 'uuid', sql: sql.ref('databases.project_id') },
  namespaceId: { type: 'uuid', sql: NAMESPACE_ID },
  databaseId: { type: 'uuid', sql: sql.ref('backups.database_id') },
}
