import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { touchInstance } from '../databases/index.ts'
import { newBackupKey } from '../targets/index.ts'

/**
 * Gives a key to databases that an earlier version of Croft made, and says whether it is used. Runs at every start, before
 * agents are served: their archives begin encrypted.
 */
export async function fillKeys(
  deps: { db: Db; sealer: Sealer; signals: Signals },
  encryption: boolean,
): Promise<number> {
  const missing = await deps.db
    .selectFrom('databases')
    .select('id')
    .where('backup_key', 'is', null)
    .where('deleted_at', 'is', null)
    .execute()
  for (const { id } of missing) {
    await transact(deps.db, async (tx) => {
      const filled = await tx
        .updateTable('databases')
        .set({ backup_key: newBackupKey(deps.sealer, id), backup_encryption: encryption })
        .where('id', '=', id)
        .where('backup_key', 'is', null)
        .returning('id')
        .executeTakeFirst()
      if (filled) await touchInstance(tx, deps.signals, id)
    })
  }
  return missing.length
}
