import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call, type Columns, type Subjects } from '../access/index.ts'
import type { BackupTarget, Location } from './entities.ts'

/** Backup targets that are there; callers add conditions and an order. */
export function selectBackupTargets(db: Executor) {
  return db
    .selectFrom('backup_targets')
    .where('backup_targets.deleted_at', 'is', null)
    .selectAll('backup_targets')
    .select((eb) =>
      eb
        .selectFrom('databases')
        .whereRef('databases.backup_target_id', '=', 'backup_targets.id')
        .where('databases.deleted_at', 'is', null)
        .select((each) => each.fn.countAll<number>().as('count'))
        .as('databases'),
    )
}
type Row = Awaited<ReturnType<ReturnType<typeof selectBackupTargets>['execute']>>[number]

export const toBackupTarget = (row: Row): BackupTarget => ({
  id: row.id,
  workspaceId: row.workspace_id,
  name: row.name,
  // As `writeLocation` wrote it.
  location: { ...row.config, type: row.type } as Location,
  state: row.state,
  stateMessage: row.state_message,
  probedAt: row.probed_at,
  databases: row.databases ?? 0,
  createdAt: row.created_at,
  updatedAt: row.updated_at ?? row.created_at,
})

/** What rules may ask of a backup target. */
export const backupTargetFields = ({ id, workspaceId, name }: BackupTarget): Subjects['backup-targets'] => ({
  id,
  workspaceId,
  name,
})

export const BACKUP_TARGET_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('backup_targets.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('backup_targets.workspace_id') },
  name: { type: 'text', sql: sql.ref('backup_targets.name') },
}

const NOT_FOUND = {
  code: 'backup-target-not-found',
  message: 'There is no backup target with this id, or it is not accessible.',
} as const

export interface FoundHow {
  /** `update` when it is to be changed or deleted, `share` when it must not be meanwhile. */
  readonly hold?: 'update' | 'share'
  /** Only if it is of this one. */
  readonly workspaceId?: string
}

/** The backup target, if the caller may do this to it. Throws `backup-target-not-found`, `forbidden`. */
export async function getBackupTarget(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
  { hold, workspaceId }: FoundHow = {},
): Promise<BackupTarget> {
  let query = selectBackupTargets(db).where('id', '=', id)
  if (workspaceId !== undefined) query = query.where('workspace_id', '=', workspaceId)
  if (hold === 'update') query = query.forUpdate('backup_targets')
  if (hold === 'share') query = query.where('deleting_at', 'is', null).forShare('backup_targets')
  const row = await query.executeTakeFirst()
  return authorizeFound(
    call.principal,
    action,
    'backup-targets',
    row && toBackupTarget(row),
    backupTargetFields,
    NOT_FOUND,
  )
}

/** Checks that something of a workspace may be stored there, and keeps it from being deleted until it is written down. */
export async function holdBackupTarget(
  tx: Executor,
  call: Call,
  { id, workspaceId }: { id: string; workspaceId: string },
): Promise<void> {
  await getBackupTarget(tx, call, id, 'read', { hold: 'share', workspaceId })
}
