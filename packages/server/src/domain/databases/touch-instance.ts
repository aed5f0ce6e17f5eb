import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { StoredOrigin } from '../../platform/db/stored-messages.ts'
import type { Signals } from '../../platform/signals/index.ts'

/**
 * Says that what is wanted of a database's instance has changed: gives it a new revision and wakes the
 * process its agent is connected to, both with the caller's transaction. Returns the revision.
 */
export async function touchInstance(
  tx: Executor,
  signals: Signals,
  databaseId: string,
  changes: {
    presence?: 'present' | 'absent'
    epoch?: number
    last_epoch?: number
    origin?: StoredOrigin
  } = {},
): Promise<number> {
  const row = await tx
    .updateTable('instances')
    .set({ ...changes, revision: sql<number>`nextval('instance_revision')` })
    .where('database_id', '=', databaseId)
    .returning(['id', 'target_id', 'revision'])
    .executeTakeFirstOrThrow()
  await signals.send(tx, 'instance', `${row.target_id}:${row.id}`)
  return row.revision
}
