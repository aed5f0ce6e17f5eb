import { sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { getDatabase, type Sight } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { targetOf } from '../targets/index.ts'
import { chooseParent } from './choose-parent.ts'
import type { Backup } from './entities.ts'
import { getBackup } from './get-backup.ts'

export interface StartBackupInput {
  readonly databaseId: string
  readonly trigger: 'schedule' | 'manual' | 'chain'
  /** Store nothing when no transaction has written since the last backup. */
  readonly onlyIfChanged: boolean
  /** The time of its schedule that this one is for. */
  readonly scheduledFor?: Date
  /** Its id, where it goes and whether on top of an earlier one, in place of what the database's own policy says. */
  readonly as?: { readonly id: string; readonly backupTargetId: string; readonly incremental: boolean }
}

/**
 * Asks the database's agent for a backup and answers at once with state `running`; while one runs, that one is
 * answered. Throws `database-not-found`, `database-not-ready`.
 */
export async function startBackup(
  deps: { db: Db; signals: Signals },
  call: Call,
  input: StartBackupInput,
): Promise<Backup> {
  return transact(deps.db, (tx) => writeBackup(tx, deps.signals, call, input))
}

/** The same in the caller's transaction. */
export async function writeBackup(
  tx: Executor,
  signals: Signals,
  call: Call,
  input: StartBackupInput,
): Promise<Backup> {
  // What was written up to a quarantine is to be had after it, so the schedule goes on.
  const sight: Sight = { quarantined: input.trigger === 'manual' ? 'hidden' : 'any' }
  const seen = await getDatabase(tx, call, input.databaseId, 'read', sight)
  authorize(call.principal, 'create', 'backups', {
    id: '',
    workspaceId: seen.workspaceId,
    projectId: seen.project.id,
    namespaceId: seen.namespaceId,
    databaseId: seen.id,
  })
  const instance = await tx
    .selectFrom('instances')
    .select(['id', 'target_id'])
    .where('database_id', '=', seen.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const earlier = input.as ? undefined : await madeBefore(tx, call, 'backups')
  if (earlier) return getBackup(tx, call, earlier, sight)
  // Again: it may have been deleted, or its restore begun, while this waited for the lock.
  const database = await getDatabase(tx, call, input.databaseId, 'read', sight)
  const own = await tx
    .selectFrom('databases')
    .select(['backup_target_id', 'backup_encryption', 'backup_incremental'])
    .where('id', '=', database.id)
    .executeTakeFirstOrThrow()
  const policy = {
    ...own,
    ...(input.as && {
      backup_target_id: input.as.backupTargetId,
      backup_incremental: input.as.incremental ? 'auto' : 'off',
    }),
  }
  const last = await tx
    .selectFrom('backups')
    .select(['id', 'state', 'mark', 'backup_target_id', 'encrypted', 'found_bad'])
    .where('database_id', '=', database.id)
    .where('state', 'in', ['running', 'completed'])
    // Ids tell when one was asked for, and a plan's may have waited for another.
    .orderBy(sql`state = 'running'`, 'desc')
    .orderBy(sql`backup_target_id is not distinct from ${policy.backup_target_id}`, 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (input.scheduledFor) {
    const backup_scheduled_for = input.scheduledFor
    await tx.updateTable('databases').set({ backup_scheduled_for }).where('id', '=', database.id).execute()
  }
  if (last?.state === 'running') return getBackup(tx, call, last.id, sight)
  if (database.state !== 'ready') {
    throw new CroftError('database-not-ready', `The database is ${database.state}.`, {
      hint: 'Back it up once it is ready.',
    })
  }
  const { id = call.resourceId ?? newId() } = input.as ?? {}
  const taskId = newId()
  const target = targetOf(policy.backup_target_id)
  // What lies elsewhere, or was found to be broken, is no reason to store nothing.
  const isGood =
    last?.backup_target_id === policy.backup_target_id &&
    last.encrypted === policy.backup_encryption &&
    !last.found_bad
  const unless = input.onlyIfChanged && isGood && last.mark ? { unlessMark: last.mark } : {}
  const parent =
    policy.backup_incremental === 'auto'
      ? await chooseParent(tx, instance.id, policy.backup_target_id)
      : undefined
  await tx
    .insertInto('agent_tasks')
    .values({
      id: taskId,
      target_id: instance.target_id,
      task: {
        id: taskId,
        kind: 'backup',
        instanceId: instance.id,
        backupId: id,
        target,
        ...(policy.backup_encryption ? { keyOf: database.id } : {}),
        ...unless,
        ...(parent ? { parentKey: parent.key } : {}),
      },
    })
    .execute()
  await tx
    .insertInto('backups')
    .values({
      id,
      database_id: database.id,
      instance_id: instance.id,
      task_id: taskId,
      trigger: input.trigger,
      state: 'running',
      target,
      backup_target_id: policy.backup_target_id,
      encrypted: policy.backup_encryption,
      // Until its result says whether it was made so: meanwhile the parent must stay.
      parent_id: parent?.id ?? null,
    })
    .execute()
  await recordEvent(tx, call, {
    workspaceId: database.workspaceId,
    action: 'backup.started',
    subjectType: 'backup',
    subjectId: id,
    after: { databaseId: database.id, trigger: input.trigger },
  })
  await signals.send(tx, 'task', instance.target_id)
  return getBackup(tx, call, id, sight)
}
