import type { Db } from '../../../platform/db/connect.ts'
import { transact } from '../../../platform/db/transact.ts'
import type { Signals } from '../../../platform/signals/index.ts'
import type { Call } from '../../access/index.ts'
import { recordEvent } from '../../events/index.ts'
import { askProbe } from '../ask-probe.ts'
import { getBackupTarget } from '../read-targets.ts'
import { forgetStates } from './forget-states.ts'

/** Has the deployment targets that failed try again. Throws `backup-target-not-found`, `forbidden`. */
export async function retryStates(deps: { db: Db; signals: Signals }, call: Call, id: string): Promise<void> {
  await transact(deps.db, async (tx) => {
    const found = await getBackupTarget(tx, call, id, 'update', { hold: 'update' })
    await forgetStates(tx, id, { failedOnly: true })
    await askProbe(tx, deps.signals, id, { again: true })
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'backup-target.probe-started',
      subjectType: 'backup-target',
      subjectId: id,
    })
  })
}
