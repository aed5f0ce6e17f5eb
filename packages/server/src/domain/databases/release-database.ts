import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import type { Database } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { holdName } from './hold-name.ts'
import { lockDatabase } from './lock-database.ts'
import { databaseFields } from './subjects.ts'

const ANY = { quarantined: 'any' } as const

/**
 * Takes a database out of quarantine. Its passwords stay as the quarantine made them, so nobody who had one before gets
 * in: rotate a credential to have one. It is not the default of its project again, and a logical id that was given away
 * meanwhile is lost. One that is in no quarantine stays as it is. Throws `database-not-found`, `forbidden`,
 * `name-taken` when another has its name in its environment by now.
 */
export async function releaseDatabase(db: Db, call: Call, id: string): Promise<Database> {
  return transact(db, async (tx) => {
    const { project } = await getDatabase(tx, call, id, 'read', ANY)
    await lockProject(tx, call, project.id, null)
    const database = await lockDatabase(tx, call, id, ANY)
    authorize(call.principal, 'manage_quarantine', 'databases', databaseFields(database))
    if (database.quarantinedAt === null) return database
    // The original of environments promises names that are unique in them.
    if (database.environmentId !== null) await holdName(tx, { ...database, besides: id })
    const logicalId = (await isLogicalIdTaken(tx, database)) ? null : database.logicalId
    await tx
      .updateTable('databases')
      .set({ quarantined_at: null, quarantine_warned_at: null, logical_id: logicalId })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: database.workspaceId,
      action: 'database.released',
      subjectType: 'database',
      subjectId: id,
      before: {
        quarantinedAt: database.quarantinedAt.toISOString(),
        ...(logicalId === database.logicalId ? {} : { logicalId: database.logicalId }),
      },
      after: { name: database.name, ...(logicalId === database.logicalId ? {} : { logicalId }) },
    })
    return getDatabase(tx, call, id)
  })
}

/** Whether another database was given its logical id while this one was out of sight. The project is locked. */
async function isLogicalIdTaken(tx: Executor, database: Database): Promise<boolean> {
  const other = await tx
    .selectFrom('databases')
    .select('id')
    .where('project_id', '=', database.project.id)
    .where('branch_id', 'is not distinct from', database.branchId)
    .where('logical_id', '=', database.logicalId)
    .where('id', '!=', database.id)
    .where('deleted_at', 'is', null)
    .where('quarantined_at', 'is', null)
    .executeTakeFirst()
  return other !== undefined
}
