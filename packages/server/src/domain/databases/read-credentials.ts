import type { Executor } from '../../platform/db/connect.ts'
import type { Call, Subjects } from '../access/index.ts'
import type { Credential } from './entities.ts'
import { isHidden, type Sight } from './quarantine.ts'
import { addressOf, databaseNameOf } from './read-databases.ts'
import { NAMESPACE_ID } from './subjects.ts'

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
      'credentials.chosen',
      'credentials.created_at',
      'databases.id as database_id',
      'databases.name as database_name',
      'databases.engine',
      'databases.tls_required',
      'databases.database_name as own_name',
      'instances.observed',
      'databases.project_id',
      'databases.region',
      'databases.size',
      'databases.branch_id',
      'databases.quarantined_at',
      'projects.workspace_id',
      'targets.agent',
    ])
    .select(NAMESPACE_ID.as('namespace_id'))
}

export type CredentialRow = Awaited<ReturnType<ReturnType<typeof selectCredentials>['execute']>>[number]

/** What rules may ask of the database that it is a login of. */
const fieldsOfDatabase = (row: CredentialRow): Subjects['databases'] => ({
  id: row.database_id,
  workspaceId: row.workspace_id,
  projectId: row.project_id,
  name: row.database_name,
  engine: row.engine,
  region: row.region,
  size: row.size,
  branchId: row.branch_id,
  namespaceId: row.namespace_id,
})

/** Whether its database is in quarantine, and so out of the caller's sight. */
export const isHiddenCredential = (call: Call, row: CredentialRow, sight?: Sight): boolean =>
  isHidden(call, fieldsOfDatabase(row), row.quarantined_at, sight)

export function toCredential(row: CredentialRow): Credential {
  return {
    id: row.id,
    name: row.name,
    roleName: row.role_name,
    chosen: row.chosen,
    engine: row.engine,
    databaseName: databaseNameOf({ engine: row.engine, database_name: row.own_name }),
    database: { id: row.database_id, name: row.database_name },
    workspaceId: row.workspace_id,
    projectId: row.project_id,
    namespaceId: row.namespace_id,
    address: addressOf(row, row.agent, row.observed),
    createdAt: row.created_at,
  }
}
