import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { targetSecretContext } from '../targets/index.ts'
import { askProbe } from './ask-probe.ts'
import { checkLocation } from './check-location.ts'
import type { BackupTargetDeps } from './create-target.ts'
import type { Location } from './entities.ts'
import { rethrowNameTaken, writeLocation } from './write-target.ts'

export interface WantedTarget {
  readonly workspaceId: string
  readonly name: string
  readonly location: Location
  /** What its store is written with; null for a directory. */
  readonly secret: string | null
}

/**
 * Adds a place for backups and has hosts try it. Authorizes only that it may be named. Returns its id. Throws
 * `forbidden`, `invalid-input`, `name-taken`.
 */
export async function insertTarget(
  tx: Executor,
  deps: BackupTargetDeps,
  call: Call,
  { workspaceId, name, location: wanted, secret }: WantedTarget,
): Promise<string> {
  const { location, allowPrivate } = checkLocation(call, wanted, deps.workspacesMay)
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
      secret:
        secret === null || location.type === 'directory'
          ? null
          : deps.sealer.seal(secret, targetSecretContext(id)),
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
  return id
}
