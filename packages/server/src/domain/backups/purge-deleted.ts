import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { addJob } from '../../platform/queue/index.ts'
import { authorizeFound, type Call } from '../access/index.ts'
import { EXPIRE_BACKUPS_JOB } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { deletedFields, selectDeleted } from './deleted-database.ts'

const NOT_FOUND = {
  code: 'database-not-found',
  message: 'There is no deleted database with this id that something is kept of, or it is not accessible.',
} as const

/** Ends a deleted database's time of grace: what is stored of it is removed from now on. Throws `database-not-found`. */
export async function purgeDeleted(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const found = await selectDeleted(tx)
      .where('databases.id', '=', id)
      .forUpdate('databases')
      .executeTakeFirst()
    const row = authorizeFound(call.principal, 'delete', 'databases', found, deletedFields, NOT_FOUND)
    const now = new Date()
    if (row.purge_from <= now) return
    await tx.updateTable('databases').set({ purge_at: now }).where('id', '=', id).execute()
    await addJob(tx, EXPIRE_BACKUPS_JOB, {}, { key: EXPIRE_BACKUPS_JOB })
    await recordEvent(tx, call, {
      workspaceId: row.workspace_id,
      action: 'database.purge-started',
      subjectType: 'database',
      subjectId: id,
      before: { name: row.name, purgeAt: row.purge_from },
    })
  })
}
