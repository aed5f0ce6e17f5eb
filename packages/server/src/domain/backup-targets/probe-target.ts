import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { askProbe } from './ask-probe.ts'
import type { BackupTarget } from './entities.ts'
import { getBackupTarget } from './read-targets.ts'

/** Asks a host to try it; `probedAt` tells when it has. Throws `backup-target-not-found`, `forbidden`. */
export async function probeTarget(
  deps: { db: Db; signals: Signals },
  call: Call,
  id: string,
): Promise<BackupTarget> {
  return transact(deps.db, async (tx) => {
    const found = await getBackupTarget(tx, call, id, 'update', { hold: 'update' })
    await askProbe(tx, deps.signals, id)
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'backup-target.probe-started',
      subjectType: 'backup-target',
      subjectId: id,
    })
    return found
  })
}
