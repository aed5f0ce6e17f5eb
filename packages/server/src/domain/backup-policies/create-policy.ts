import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, checkName, madeBefore, requireWorkspace } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { checkSchedules, type NewSchedule } from './check-schedules.ts'
import { type BackupPolicy, getPolicy, rethrowNameTaken } from './policy.ts'

export interface NewPolicy {
  readonly workspaceId: string
  readonly name: string
  readonly schedules: readonly NewSchedule[]
}

/** Throws `workspace-not-found`, `forbidden`, `invalid-input`, `not-applicable`, `name-taken`. */
export async function createPolicy(db: Db, call: Call, input: NewPolicy): Promise<BackupPolicy> {
  const { workspaceId } = input
  await requireWorkspace(db, call, workspaceId)
  authorize(call.principal, 'create', 'backup-targets', { id: '', workspaceId, name: input.name })
  const name = checkName(input.name)
  const schedules = checkSchedules(input.schedules)
  return transact(db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'backup_policies')
    if (earlier) return getPolicy(tx, call, earlier)
    const { resourceId: id = newId() } = call
    await tx
      .insertInto('backup_policies')
      .values({ id, workspace_id: workspaceId, name, schedules: { list: schedules } })
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId,
      action: 'backup-policy.created',
      subjectType: 'backup-policy',
      subjectId: id,
      after: { name, schedules },
    })
    return getPolicy(tx, call, id)
  })
}
