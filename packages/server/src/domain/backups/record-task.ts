import type { Signals } from '../../platform/signals/index.ts'
import { recordProbe } from '../backup-targets/index.ts'
import { recordMark } from '../recovery/index.ts'
import type { TaskHandler } from '../targets/index.ts'
import { recordBackup } from './record-backup.ts'
import { recordDeletion, recordTrim } from './record-removal.ts'
import { recordVerification } from './record-verification.ts'
import { requestVerification } from './request-verification.ts'

/** Follows up what agents report of their tasks. `verify` says whether each new backup is checked. */
export function createTaskHandler({ signals, verify }: { signals: Signals; verify: boolean }): TaskHandler {
  return async (tx, task, report) => {
    switch (task.kind) {
      case 'verify-backup':
        return recordVerification(tx, task, report)
      case 'mark-restore-point':
        return recordMark(tx, signals, task, report)
      case 'delete-backup':
        return recordDeletion(tx, task, report)
      case 'trim-archive':
        return recordTrim(tx, task, report)
      case 'probe-target':
        return recordProbe(tx, task, report)
      case 'backup':
        await recordBackup(tx, task, report)
        if (report.state === 'done' && verify) {
          await requestVerification(tx, task.backupId, { again: false })
        }
    }
  }
}
