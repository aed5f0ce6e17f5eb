import type { Db } from '../../../platform/db/connect.ts'
import { transact } from '../../../platform/db/transact.ts'
import type { Call } from '../../access/index.ts'
import { recordEvent } from '../../events/index.ts'
import { findPoint } from './get-point.ts'

/** Forgets a restore point; its moment can be restored to as before. Throws `restore-point-not-found`, `forbidden`. */
export async function deletePoint(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const point = await findPoint(tx, call, id, 'delete')
    const gone = await tx
      .updateTable('restore_points')
      .set({ deleted_at: new Date() })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!gone) return
    await recordEvent(tx, call, {
      workspaceId: point.workspaceId,
      action: 'restore-point.deleted',
      subjectType: 'restore-point',
      subjectId: id,
      before: { databaseId: point.databaseId, name: point.name },
    })
  })
}
