import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { askProbe } from './ask-probe.ts'

/** Has every backup target probed that databases store to, or that was failing, or of which nothing is known yet. */
export async function probeTargets(deps: { db: Db; signals: Signals }): Promise<void> {
  const due = await deps.db
    .selectFrom('backup_targets')
    .select('id')
    .where('deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('state', '!=', 'ok'),
        eb.exists(
          eb
            .selectFrom('databases')
            .select('databases.id')
            .whereRef('databases.backup_target_id', '=', 'backup_targets.id')
            .where('databases.deleted_at', 'is', null),
        ),
      ]),
    )
    .orderBy('id')
    .execute()
  for (const { id } of due) await transact(deps.db, (tx) => askProbe(tx, deps.signals, id))
}
