import type { Call } from '../access/index.ts'
import type { BackupTargetDeps } from '../backup-targets/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import { createCredentials, type NewCredentials } from './create-credentials.ts'
import { createCredentialedTarget, type NewCredentialedTarget } from './create-target.ts'
import { getCredentials } from './credentials.ts'
import { deleteCredentials } from './delete-credentials.ts'
import { type CredentialsFilter, listCredentials } from './list-credentials.ts'
import { type CredentialsChanges, updateCredentials } from './update-credentials.ts'

export type { BackupCredentials, PublicCredentials } from './credentials.ts'
export type { GivenCredentials } from './given-credentials.ts'

/** What stores of backups are reached with, and the targets that are made of it. */
export function createBackupCredentials(deps: BackupTargetDeps) {
  return {
    listCredentials: (call: Call, filter: CredentialsFilter, page: SortedPageRequest) =>
      listCredentials(deps.db, call, filter, page),
    getCredentials: (call: Call, id: string) => getCredentials(deps.db, call, id),
    createCredentials: (call: Call, input: NewCredentials) => createCredentials(deps, call, input),
    updateCredentials: (call: Call, id: string, changes: CredentialsChanges) =>
      updateCredentials(deps, call, id, changes),
    deleteCredentials: (call: Call, id: string) => deleteCredentials(deps, call, id),
    createCredentialedTarget: (call: Call, input: NewCredentialedTarget) =>
      createCredentialedTarget(deps, call, input),
  }
}
export type BackupCredentialsCases = ReturnType<typeof createBackupCredentials>
