import type { Call } from '../access/index.ts'
import type { PageRequest } from '../page.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import { type BackupTargetDeps, createTarget, type NewBackupTarget } from './create-target.ts'
import { deleteTarget } from './delete-target.ts'
import {
  describeProjectTargets,
  describeTarget,
  describeTargets,
  type TargetFilter,
} from './describe-targets.ts'
import { listBackupTargets } from './list-targets.ts'
import { probeTarget } from './probe-target.ts'
import { getBackupTarget } from './read-targets.ts'
import { startRemoval } from './start-removal.ts'
import { listStates, type StateFilter } from './states/list-states.ts'
import { retryStates } from './states/retry-states.ts'
import { type BackupTargetChanges, updateTarget } from './update-target.ts'

export { changeTarget } from './change-target.ts'
export type { BackupTargetDeps, NewBackupTarget } from './create-target.ts'
export { type CredentialsKind, type DescribedTarget, describeTarget } from './describe-targets.ts'
export type { BackupTarget, Location } from './entities.ts'
export { insertTarget } from './insert-target.ts'
export { probeTargets } from './probe-targets.ts'
export { getBackupTarget, holdBackupTarget } from './read-targets.ts'
export { recordProbe } from './record-probe.ts'
export { removeTarget } from './remove-target.ts'
export { requireUsableTarget } from './require-usable.ts'
export { REMOVE_TARGET_JOB } from './start-removal.ts'
export { SYNC_STATES_JOB, syncStates } from './states/sync-states.ts'
export { SYNC_STATES, type TargetState } from './states/target-state.ts'
export type { BackupTargetChanges } from './update-target.ts'

/** Places that workspaces store backups and archives in. */
export function createBackupTargets(deps: BackupTargetDeps) {
  return {
    listBackupTargets: (call: Call, filter: { workspaceId: string; page: PageRequest }) =>
      listBackupTargets(deps.db, call, filter),
    describeTargets: (call: Call, workspaceId: string, filter: TargetFilter, page: SortedPageRequest) =>
      describeTargets(deps.db, call, workspaceId, filter, page),
    describeProjectTargets: (call: Call, projectId: string, filter: TargetFilter, page: SortedPageRequest) =>
      describeProjectTargets(deps.db, call, projectId, filter, page),
    describeTarget: (call: Call, id: string) => describeTarget(deps.db, call, id),
    getBackupTarget: (call: Call, id: string) => getBackupTarget(deps.db, call, id),
    createBackupTarget: (call: Call, input: NewBackupTarget) => createTarget(deps, call, input),
    updateBackupTarget: (call: Call, id: string, changes: BackupTargetChanges) =>
      updateTarget(deps, call, id, changes),
    probeBackupTarget: (call: Call, id: string) => probeTarget(deps, call, id),
    listStates: (call: Call, filter: StateFilter, page: SortedPageRequest) =>
      listStates(deps.db, call, filter, page),
    retryStates: (call: Call, id: string) => retryStates(deps, call, id),
    deleteBackupTarget: (call: Call, id: string) => deleteTarget(deps.db, call, id),
    /** As `deleteBackupTarget`, and goes on when it has answered. */
    removeBackupTarget: (call: Call, id: string, how: { readonly force: boolean }) =>
      startRemoval(deps.db, call, id, how),
  }
}
export type BackupTargets = ReturnType<typeof createBackupTargets>
