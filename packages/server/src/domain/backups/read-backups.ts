import type { Executor } from '../../platform/db/connect.ts'
import { NAMESPACE_ID } from '../databases/index.ts'
import type { Backup } from './entities.ts'

/** Backups that people may see, those of databases in quarantine with them; callers add conditions and an order. */
export function selectBackups(db: Executor) {
  return db
    .selectFrom('backups')
    .innerJoin('databases', 'databases.id', 'backups.database_id')
    .innerJoin('projects', 'projects.id', 'databases.project_id')
    .where('databases.deleted_at', 'is', null)
    .where('backups.state', 'in', ['running', 'completed', 'failed'])
    .selectAll('backups')
    .select(['databases.engine', 'databases.quarantined_at', 'databases.project_id', 'projects.workspace_id'])
    .select(NAMESPACE_ID.as('namespace_id'))
    .$narrowType<{ state: Backup['state'] }>()
}

type Row = Awaited<ReturnType<ReturnType<typeof selectBackups>['execute']>>[number]

export const toBackup = (row: Row): Backup => ({
  id: row.id,
  databaseId: row.database_id,
  workspaceId: row.workspace_id,
  projectId: row.project_id,
  namespaceId: row.namespace_id,
  trigger: row.trigger,
  state: row.state,
  kind: row.kind,
  // While it runs, the parent is what it may be made on.
  parentId: row.kind === 'incremental' ? row.parent_id : null,
  engine: row.engine,
  version: row.version,
  sizeBytes: row.size_bytes,
  storedBytes: row.stored_bytes,
  encrypted: row.encrypted,
  chain: row.chain,
  consistentAt: row.consistent_at,
  verification: {
    state: row.verification,
    verifiedAt: row.verified_at,
    durationMs: row.verification_result?.durationMs ?? null,
    sizeBytes: row.verification_result?.sizeBytes ?? null,
    relations: row.verification_result?.relations ?? null,
    error: row.verification_error,
  },
  restorable: row.state === 'completed' && !row.found_bad,
  error: row.error,
  progress: row.progress,
  createdAt: row.created_at,
  completedAt: row.completed_at,
})
