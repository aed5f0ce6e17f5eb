import type { Call } from '../access/index.ts'
import type { PageRequest } from '../page.ts'
import { type BackupTargetDeps, createTarget, type NewBackupTarget } from './create-target.ts'
import { deleteTarget } from './delete-target.ts'
import { listBackupTargets } from './list-targets.ts'
import { probeTarget } from './probe-target.ts'
import { getBackupTarget } from './read-targets.ts'
import { type BackupTargetChanges, updateTarget } from './update-target.ts'

export type { NewBackupTarget } from './create-target.ts'
export type { BackupTarget, Location } from './entities.ts'
export { probeTargets } from './probe-targets.ts'
export { holdBackupTarget } from './read-targets.ts'
export { recordProbe } from './record-probe.ts'
export type { BackupTargetChanges } from './update-target.ts'

/** Places that workspaces store backups and archives in. */
export function createBackupTargets(deps: BackupTargetDeps) {
  return {
    listBackupTargets: (call: Call, filter: { workspaceId: string; page: PageRequest }) =>
      listBackupTargets(deps.db, call, filter),
    getBackupTarget: (call: Call, id: string) => getBackupTarget(deps.db, call, id),
    createBackupTarget: (call: Call, input: NewBackupTarget) => createTarget(deps, call, input),
    updateBackupTarget: (call: Call, id: string, changes: BackupTargetChanges) =>
      updateTarget(deps, call, id, changes),
    probeBackupTarget: (call: Call, id: string) => probeTarget(deps, call, id),
    deleteBackupTarget: (call: Call, id: string) => deleteTarget(deps.db, call, id),
  }
}
export type BackupTargets = ReturnType<typeof createBackupTargets>
