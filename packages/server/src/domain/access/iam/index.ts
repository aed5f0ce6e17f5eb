import type { Db } from '../../../platform/db/connect.ts'
import type { ScopeRef } from '../bindings/place.ts'
import type { Call } from '../principal.ts'
import { getRecord, listRecords } from './get-records.ts'
import {
  listScopeRoles,
  listUserRoles,
  removeScopeRoles,
  type ScopeRole,
  setScopeRole,
} from './scope-roles.ts'
import { deleteRecord, type WantedRecord, writeRecord } from './write-record.ts'

export type { ActorRef } from './actor.ts'
export { type IamRecord, POLICY_LEVELS, type Policy, type PolicyLevel } from './policy.ts'

interface WhichRecord {
  readonly organizationId: string
  readonly actorId: string
}

/** Roles as whole records of an actor in an organization, and as the one role of an actor at one place. */
export function iamUseCases(db: Db) {
  return {
    listRecords: (call: Call, organizationId: string) => listRecords(db, call, organizationId),
    getRecord: (call: Call, which: WhichRecord) => getRecord(db, call, which),
    createRecord: (call: Call, input: WantedRecord) => writeRecord(db, call, input, { isNew: true }),
    replaceRecord: (call: Call, input: WantedRecord) => writeRecord(db, call, input, { isNew: false }),
    deleteRecord: (call: Call, which: WhichRecord) => deleteRecord(db, call, which),
    listScopeRoles: (call: Call, scope: ScopeRef) => listScopeRoles(db, call, scope),
    setScopeRole: (call: Call, input: ScopeRole) => setScopeRole(db, call, input),
    removeScopeRoles: (call: Call, input: Omit<ScopeRole, 'role'>) => removeScopeRoles(db, call, input),
    listUserRoles: (call: Call, userId: string) => listUserRoles(db, call, userId),
  }
}
