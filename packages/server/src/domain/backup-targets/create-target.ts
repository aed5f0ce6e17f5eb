import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call, madeBefore, requireWorkspace } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { targetSecretContext } from '../targets/index.ts'
import { askProbe } from './ask-probe.ts'
import { checkLocation, type WorkspacesMay } from './check-location.ts'
import type { BackupTarget, DirectoryLocation, S3Location } from './entities.ts'
import { getBackupTarget } from './read-targets.ts'
import { rethrowNameTaken, writeLocation } from './write-target.ts'

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
  const secretAccessKey = input.location.type === 's3' ? input.location.secretAccessKey : null
  const { secretAccessKey: _secret, ...plain } = { secretAccessKey: null, ...input.location }
  const { location, allowPrivate } = checkLocation(call, plain, deps.workspacesMay)
  return transact(deps.db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'backup_targets')
    if (earlier) return getBackupTarget(tx, call, earlier)
    const { resourceId: id = newId() } = call
    await tx
      .insertInto('backup_targets')
      .values({
        id,
        workspace_id: workspaceId,
        name,
        type: location.type,
        config: writeLocation(location),
        allow_private: allowPrivate,
        secret: secretAccessKey === null ? null : deps.sealer.seal(secretAccessKey, targetSecretContext(id)),
      })
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId,
      action: 'backup-target.created',
      subjectType: 'backup-target',
      subjectId: id,
      after: { name, ...location },
    })
    await askProbe(tx, deps.signals, id)
    return getBackupTarget(tx, call, id)
  })
}
