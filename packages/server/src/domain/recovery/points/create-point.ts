import type { Db, Executor } from '../../../platform/db/connect.ts'
import { sqlState, transact } from '../../../platform/db/transact.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/new-id.ts'
import type { Signals } from '../../../platform/signals/index.ts'
import { authorize, type Call, madeBefore } from '../../access/index.ts'
import { readChains } from '../../archives/index.ts'
import { assertCanApply, type Database, getDatabase, waitUntil } from '../../databases/index.ts'
import { archivedEngines, engineOf } from '../../engines/index.ts'
import { recordEvent } from '../../events/index.ts'
import { getPoint } from './get-point.ts'
import type { ShownPoint } from './show-points.ts'

const UNIQUE_VIOLATION = '23505'
/** A sleeping server is woken for it, which takes about 100 ms. */
const MARK_WAIT_MS = 5000

/**
 * Leaves a mark in the database's log of changes and answers when that is done, or `running` when it takes longer than
 * a few seconds. Throws `database-not-found`, `database-not-ready`, `unavailable`, `name-taken`,
 * `invalid-input` for an engine without an archive.
 */
export async function createPoint(
  deps: { db: Db; signals: Signals },
  call: Call,
  input: { databaseId: string; name: string },
): Promise<ShownPoint> {
  const { db, signals } = deps
  const id = await transact(db, async (tx) => {
    const database = await getDatabase(tx, call, input.databaseId)
    const { workspaceId } = database
    authorize(call.principal, 'create', 'backups', {
      id: '',
      workspaceId,
      projectId: database.project.id,
      namespaceId: database.namespaceId,
      databaseId: database.id,
    })
    const earlier = await madeBefore(tx, call, 'restore_points')
    if (earlier) return earlier
    await assertCanMark(tx, database)
    const pointId = await insertPoint(tx, signals, { ...input, id: call.resourceId ?? newId() })
    await recordEvent(tx, call, {
      workspaceId,
      action: 'restore-point.started',
      subjectType: 'restore-point',
      subjectId: pointId,
      after: { databaseId: database.id, name: input.name },
    })
    return pointId
  })
  const read = () => db.selectFrom('restore_points').select('state').where('id', '=', id).executeTakeFirst()
  await waitUntil(signals, input.databaseId, MARK_WAIT_MS, read, (row) => row?.state !== 'running')
  return getPoint(db, call, id)
}

async function assertCanMark(tx: Executor, database: Database): Promise<void> {
  const { archived: archivable, title } = engineOf(database.engine)
  if (!archivable) {
    throw new CroftError(
      'invalid-input',
      `A ${title} database has no restore points: its changes are not archived.`,
      {
        hint: `Back it up instead. Engines with restore points: ${archivedEngines()}.`,
      },
    )
  }
  if (database.state !== 'ready') {
    throw new CroftError('database-not-ready', `The database is ${database.state}.`, {
      hint: 'Set a restore point once it is ready.',
    })
  }
  await assertCanApply(tx, database)
  const { archived } = await tx
    .selectFrom('databases')
    .select('archived')
    .where('id', '=', database.id)
    .executeTakeFirstOrThrow()
  if (!archived) {
    throw new CroftError('database-not-ready', 'The changes of this database are not archived.', {
      hint: 'Turn its archive on in its backup policy, or back it up instead.',
    })
  }
  await assertHasBase(tx, database.id)
}

/** A point in an archive that goes on from no backup yet could never be restored to. */
async function assertHasBase(tx: Executor, databaseId: string): Promise<void> {
  const chains = await readChains(tx, [databaseId])
  const current = chains.findLast(({ endedAt }) => endedAt === null)
  // One that nothing is known of is new, and begins with the database itself.
  if (!current || (current.baseKey !== null && !current.trimmed) || current.firstConsistentAt) return
  throw new CroftError(
    'database-not-ready',
    'The archive of this database has no backup to begin with yet.',
    {
      hint: 'One is being made since it was restored, copied or given another backup policy; try again in a moment.',
      retryAfter: 5,
    },
  )
}

async function insertPoint(
  tx: Executor,
  signals: Signals,
  { id, databaseId, name }: { id: string; databaseId: string; name: string },
): Promise<string> {
  const instance = await tx
    .selectFrom('instances')
    .select(['id', 'target_id'])
    .where('database_id', '=', databaseId)
    .executeTakeFirstOrThrow()
  const taskId = newId()
  await tx
    .insertInto('agent_tasks')
    .values({
      id: taskId,
      target_id: instance.target_id,
      task: { id: taskId, kind: 'mark-restore-point', instanceId: instance.id, restorePointId: id },
    })
    .execute()
  await tx
    .insertInto('restore_points')
    .values({
      id,
      database_id: databaseId,
      instance_id: instance.id,
      task_id: taskId,
      name,
      state: 'running',
    })
    .execute()
    .catch((error: unknown) => {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error
      throw new CroftError('name-taken', `The database has a restore point ${name} already.`, {
        hint: 'Choose another name, or delete that one first.',
        cause: error,
      })
    })
  await signals.send(tx, 'task', instance.target_id)
  return id
}
