import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { type Call, checkName } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { checkSchedules, type NewSchedule } from './check-schedules.ts'
import { type BackupPolicy, getPolicy, rethrowNameTaken } from './policy.ts'

export interface PolicyChanges {
  readonly name?: string | undefined
  /** All of them: those that are not given any more go. */
  readonly schedules?: readonly NewSchedule[] | undefined
}

/** Throws `backup-policy-not-found`, `forbidden`, `invalid-input`, `not-applicable`, `name-taken`. */
export async function updatePolicy(
  db: Db,
  call: Call,
  id: string,
  changes: PolicyChanges,
): Promise<BackupPolicy> {
  return transact(db, async (tx) => {
    const before = await getPolicy(tx, call, id, 'update', true)
    const name = changes.name === undefined ? before.name : checkName(changes.name)
    const schedules = changes.schedules === undefined ? before.schedules : checkSchedules(changes.schedules)
    await tx
      .updateTable('backup_policies')
      .set({ name, schedules: { list: schedules }, updated_at: new Date() })
      .where('id', '=', id)
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId: before.workspaceId,
      action: 'backup-policy.updated',
      subjectType: 'backup-policy',
      subjectId: id,
      before: { name: before.name, schedules: before.schedules },
      after: { name, schedules },
    })
    return getPolicy(tx, call, id)
  })
}
