import { transact } from '../../platform/db/transact.ts'
import { SECRET_UNREADABLE } from './resolve-storage.ts'
import { type StoreReportDeps, storeTask } from './store-report.ts'

const fault = {
  code: SECRET_UNREADABLE,
  message:
    'The key of the database or the secret of its backup target cannot be opened: is the key ring the one that it was stored with?',
}

/** Ends tasks that cannot be sent since what they take cannot be opened, as if their agent had said so. */
export async function failTasks(
  deps: Pick<StoreReportDeps, 'db' | 'onTask'>,
  targetId: string,
  ids: readonly string[],
): Promise<void> {
  await transact(deps.db, async (tx) => {
    for (const id of ids) await storeTask(tx, deps, targetId, { id, state: 'failed', fault })
  })
}
