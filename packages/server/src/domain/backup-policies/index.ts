import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import { createPolicy, type NewPolicy } from './create-policy.ts'
import { deletePolicy } from './delete-policy.ts'
import { listPolicies, type PolicyFilter } from './list-policies.ts'
import { getPolicy } from './policy.ts'
import { type PolicyChanges, updatePolicy } from './update-policy.ts'

export type { NewSchedule } from './check-schedules.ts'
export type { NewPolicy } from './create-policy.ts'
export { type BackupPolicy, type BackupSchedule, requirePolicy } from './policy.ts'

/** When the backups of deployments are made, and how many are kept. */
export function createBackupPolicies({ db }: { db: Db }) {
  return {
    listPolicies: (call: Call, filter: PolicyFilter, page: SortedPageRequest) =>
      listPolicies(db, call, filter, page),
    getPolicy: (call: Call, id: string) => getPolicy(db, call, id),
    createPolicy: (call: Call, input: NewPolicy) => createPolicy(db, call, input),
    updatePolicy: (call: Call, id: string, changes: PolicyChanges) => updatePolicy(db, call, id, changes),
    deletePolicy: (call: Call, id: string) => deletePolicy(db, call, id),
  }
}
export type BackupPolicies = ReturnType<typeof createBackupPolicies>
