import type { Action, Call } from '../access/index.ts'
import type { WhichPage } from '../aliases/index.ts'
import { type CreateCredentialInput, createCredential } from './create-credential.ts'
import { type CreateDatabaseDeps, type CreateDatabaseInput, createDatabase } from './create-database.ts'
import { deleteCredential } from './delete-credential.ts'
import { deleteDatabase } from './delete-database.ts'
import { getCredential } from './get-credential.ts'
import { getDatabase } from './get-database.ts'
import { type CredentialFilter, listCredentials } from './list-credentials.ts'
import { type DatabaseFilter, listDatabases } from './list-databases.ts'
import { moveDatabase } from './move-database.ts'
import { pageCredentials } from './page-credentials.ts'
import { type NumberedFilter, pageDatabases } from './page-databases.ts'
import type { Sight } from './quarantine.ts'
import { quarantineDatabase } from './quarantine-database.ts'
import { readStorage } from './read-storage.ts'
import { releaseDatabase } from './release-database.ts'
import { type RestoreSource, restoreDatabase } from './restore-database.ts'
import { rotateCredential } from './rotate-credential.ts'
import { showCredential } from './show-credential.ts'
import { type DatabaseChanges, updateDatabase } from './update-database.ts'

export { assertCanApply } from './apply-credentials.ts'
export { checkOverrides } from './check-overrides.ts'
export { authorizeCreation, type CreateDatabaseDeps, writeDatabase } from './create-database.ts'
export {
  EXPIRE_BACKUPS_JOB,
  type RemovalDeps,
  removeDatabase,
  waitForRemoval,
} from './delete-database.ts'
export type {
  Address,
  Credential,
  CredentialWithPassword,
  Database,
  DatabaseOverrides,
  DatabaseState,
  Source,
  SourceWish,
} from './entities.ts'
export { findMade } from './find-made.ts'
export { findProject } from './find-project.ts'
export { type FoundSource, findSource } from './find-source.ts'
export { getDatabase } from './get-database.ts'
export { rethrowTaken } from './logical-id-taken.ts'
export type { PasswordStyle } from './new-login.ts'
export type { NumberedFilter } from './page-databases.ts'
export { planDatabase } from './plan-database.ts'
export { PURGE_QUARANTINED_JOB, purgeQuarantined, type QuarantineDeps } from './purge-quarantined.ts'
export { isHidden, quarantineFilter, type Sight } from './quarantine.ts'
export { findDatabase } from './read-databases.ts'
export { readPassword } from './read-password.ts'
export { type ReconcileDeps, reconcileDatabase } from './reconcile-database.ts'
export type { RestoreSource } from './restore-database.ts'
export { type CreatedDatabase, settle } from './settle.ts'
export { DATABASE_COLUMNS, databaseFields, NAMESPACE_ID } from './subjects.ts'
export { touchInstance } from './touch-instance.ts'
export { changeDatabase, type DatabaseChanges, type OverrideChanges } from './update-database.ts'
export { waitUntil } from './wait.ts'

export function createDatabases(deps: CreateDatabaseDeps) {
  const { db } = deps
  return {
    listDatabases: (call: Call, filter: DatabaseFilter) => listDatabases(db, call, filter),
    getDatabase: (call: Call, id: string, action?: Action, sight?: Sight) =>
      getDatabase(db, call, id, action, sight),
    createDatabase: (call: Call, input: CreateDatabaseInput) => createDatabase(deps, call, input),
    updateDatabase: (call: Call, id: string, changes: DatabaseChanges) =>
      updateDatabase(deps, call, id, changes),
    moveDatabase: (call: Call, id: string, to: { projectId: string }) => moveDatabase(db, call, id, to),
    deleteDatabase: (call: Call, id: string, sight?: Sight, only?: { quarantined: true }) =>
      deleteDatabase(deps, call, id, sight, only),
    quarantineDatabase: (call: Call, id: string) => quarantineDatabase(deps, call, id),
    releaseDatabase: (call: Call, id: string) => releaseDatabase(db, call, id),
    restoreDatabase: (call: Call, id: string, from: RestoreSource) => restoreDatabase(deps, call, id, from),
    pageDatabases: (call: Call, which: WhichPage, filter?: NumberedFilter) =>
      pageDatabases(db, call, which, filter),
    pageCredentials: (call: Call, which: WhichPage) => pageCredentials(db, call, which),
    readStorage: (databases: Parameters<typeof readStorage>[1]) => readStorage(db, databases),
    listCredentials: (call: Call, filter: CredentialFilter) => listCredentials(db, call, filter),
    getCredential: (call: Call, id: string, action?: Action, sight?: Sight) =>
      getCredential(db, call, id, action, sight),
    createCredential: (call: Call, input: CreateCredentialInput, sight?: Sight) =>
      createCredential(deps, call, input, sight),
    showCredential: (call: Call, id: string, sight?: Sight) => showCredential(deps, call, id, sight),
    rotateCredential: (call: Call, id: string, sight?: Sight) => rotateCredential(deps, call, id, sight),
    deleteCredential: (call: Call, id: string, sight?: Sight) => deleteCredential(deps, call, id, sight),
  }
}
export type Databases = ReturnType<typeof createDatabases>
