import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call, madeBefore, requireWorkspace } from '../access/index.ts'
import type { WorkspacesMay } from './check-location.ts'
import type { BackupTarget, DirectoryLocation, S3Location } from './entities.ts'
import { insertTarget } from './insert-target.ts'
import { getBackupTarget } from './read-targets.ts'

export interface BackupTargetDeps {
  readonly db: Db
  readonly signals: Signals
  readonly sealer: Sealer
  readonly workspacesMay: WorkspacesMay
}

export interface NewBackupTarget {
  readonly workspaceId: string
  readonly name: string
  readonly location: DirectoryLocation | (S3Location & { readonly secretAccessKey: string })
}

/** Adds a place for backups and has a host try it. Throws `workspace-not-found`, `forbidden`, `invalid-input`, `name-taken`. */
export async function createTarget(
  deps: BackupTargetDeps,
  call: Call,
  input: NewBackupTarget,
): Promise<BackupTarget> {
  const { workspaceId, name } = input
  await requireWorkspace(deps.db, call, workspaceId)
  authorize(call.principal, 'create', 'backup-targets', { id: '', workspaceId, name })
  const { secretAccessKey: secret, ...location } = { secretAccessKey: null, ...input.location }
  return transact(deps.db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'backup_targets')
    if (earlier) return getBackupTarget(tx, call, earlier)
    const id = await insertTarget(tx, deps, call, { workspaceId, name, location, secret })
    return getBackupTarget(tx, call, id)
  })
}
