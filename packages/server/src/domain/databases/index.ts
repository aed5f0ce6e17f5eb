import type { Call } from '../access/index.ts'
import type { PageRequest } from '../page.ts'
import { createCredential } from './create-credential.ts'
import { type CreateDatabaseDeps, type CreateDatabaseInput, createDatabase } from './create-database.ts'
import { deleteCredential } from './delete-credential.ts'
import { deleteDatabase } from './delete-database.ts'
import { getCredential } from './get-credential.ts'
import { getDatabase } from './get-database.ts'
import { listCredentials } from './list-credentials.ts'
import { type DatabaseFilter, listDatabases } from './list-databases.ts'
import { type RestoreSource, restoreDatabase } from './restore-database.ts'
import { rotateCredential } from './rotate-credential.ts'
import { type DatabaseChanges, updateDatabase } from './update-database.ts'

export { assertCanApply } from './apply-credentials.ts'
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
  DatabaseState,
  Source,
  SourceWish,
} from './entities.ts'
export { findMade } from './find-made.ts'
export { getDatabase } from './get-database.ts'
export { rethrowTaken } from './logical-id-taken.ts'
export { planDatabase } from './plan-database.ts'
export { findDatabase } from './read-databases.ts'
export { type ReconcileDeps, reconcileDatabase } from './reconcile-database.ts'
export type { RestoreSource } from './restore-database.ts'
export { type CreatedDatabase, settle } from './settle.ts'
export { DATABASE_COLUMNS, databaseFields } from './subjects.ts'
export { touchInstance } from './touch-instance.ts'
export { waitUntil } from './wait.ts'

export function createDatabases(deps: CreateDatabaseDeps) {
  const { db } = deps
  return {
    listDatabases: (call: Call, filter: DatabaseFilter) => listDatabases(db, call, filter),
    getDatabase: (call: Call, id: string) => getDatabase(db, call, id),
    createDatabase: (call: Call, input: CreateDatabaseInput) => createDatabase(deps, call, input),
    updateDatabase: (call: Call, id: string, changes: DatabaseChanges) =>
      updateDatabase(deps, call, id, changes),
    deleteDatabase: (call: Call, id: string) => deleteDatabase(deps, call, id),
    restoreDatabase: (call: Call, id: string, from: RestoreSource) => restoreDatabase(deps, call, id, from),
    listCredentials: (call: Call, filter: { databaseId?: string | undefined; page: PageRequest }) =>
      listCredentials(db, call, filter),
    getCredential: (call: Call, id: string) => getCredential(db, call, id),
    createCredential: (call: Call, input: { databaseId: string; name: string }) =>
      createCredential(deps, call, input),
    rotateCredential: (call: Call, id: string) => rotateCredential(deps, call, id),
    deleteCredential: (call: Call, id: string) => deleteCredential(deps, call, id),
  }
}
export type Databases = ReturnType<typeof createDatabases>
