import type { Executor } from '../../platform/db/connect.ts'
import type { Credential } from './entities.ts'
import { addressOf } from './read-databases.ts'

/** Live credentials with what presenters show; callers add conditions and an order. */
export function selectCredentials(db: Executor) {
  return db
    .selectFrom('credentials')
    .innerJoin('databases', 'databases.id', 'credentials.database_id')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .innerJoin('instances', 'instances.database_id', 'databases.id')
    .innerJoin('targets', 'targets.id', 'instances.target_id')
    .where('credentials.deleted_at', 'is', null)
    .where('databases.deleted_at', 'is', null)
    .select([
      'credentials.id',
      'credentials.name',
      'credentials.role_name',
      'credentials.created_at',
      'databases.id as database_id',
      'databases.name as database_name',
      'databases.engine',
      'databases.project_id',
      'projects.workspace_id',
      'targets.agent',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof selectCredentials>['execute']>>[number]

export function toCredential(row: Row): Credential {
  return {
    id: row.id,
    name: row.name,
    roleName: row.role_name,
    database: { id: row.database_id, name: row.database_name },
    workspaceId: row.workspace_id,
    projectId: row.project_id,
    address: addressOf(row.engine, row.agent),
    createdAt: row.created_at,
  }
}
