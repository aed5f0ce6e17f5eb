import type { Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call, checkName, madeBefore, requireWorkspace } from '../access/index.ts'
import {
  type BackupTargetDeps,
  type DescribedTarget,
  describeTarget,
  insertTarget,
} from '../backup-targets/index.ts'
import { ensureHosts } from '../deployment-targets/index.ts'
import { credentialsContext, selectCredentials, toCredentials } from './credentials.ts'
import { checkWanted, locationOf } from './location-of.ts'

export interface NewCredentialedTarget {
  readonly workspaceId: string
  readonly name: string
  readonly credentialsId: string
  /** Undefined is that of the credentials, which it must be. */
  readonly type: string | undefined
  readonly bucket: string
  /** Of `s3` only; else ''. */
  readonly region: string
}

/** What a target is to be made of; it is not deleted meanwhile. Throws `not-applicable`. */
async function holdCredentials(tx: Executor, { workspaceId, credentialsId, type }: NewCredentialedTarget) {
  const row = await selectCredentials(tx)
    .where('backup_credentials.id', '=', credentialsId)
    .where('backup_credentials.workspace_id', '=', workspaceId)
    .forShare('backup_credentials')
    .executeTakeFirst()
  if (!row) {
    const message = 'must be the id of backup credentials of the tenant'
    throw new CroftError('not-applicable', 'The tenant has no backup credentials with this id.', {
      fields: [{ path: '/backup_credentials_id', message }],
    })
  }
  const found = toCredentials(row)
  if (type !== undefined && type !== found.type) {
    const message = `must be ${found.type}, as that of its credentials`
    throw new CroftError('not-applicable', `The type of the backup target ${message}.`, {
      fields: [{ path: '/type', message }],
    })
  }
  return { found, sealed: row.secret }
}

/**
 * Makes a target of credentials, and has every host try it: a bucket that is not there shows in their states. Throws
 * `workspace-not-found`, `forbidden`, `invalid-input`, `not-applicable`, `name-taken`.
 */
export async function createCredentialedTarget(
  deps: BackupTargetDeps,
  call: Call,
  input: NewCredentialedTarget,
): Promise<DescribedTarget> {
  const { workspaceId, bucket, region } = input
  await requireWorkspace(deps.db, call, workspaceId)
  authorize(call.principal, 'create', 'backup-targets', { id: '', workspaceId, name: input.name })
  const name = checkName(input.name)
  return transact(deps.db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'backup_targets')
    if (earlier) return describeTarget(tx, call, earlier)
    const { found, sealed } = await holdCredentials(tx, input)
    checkWanted(found.type, { bucket, region })
    const location = locationOf(found.shown, { bucket, region })
    await ensureHosts(tx, workspaceId)
    const secret = deps.sealer.open(sealed, credentialsContext(found.id))
    const id = await insertTarget(tx, deps, call, { workspaceId, name, location, secret })
    await tx
      .insertInto('credentialed_targets')
      .values({
        backup_target_id: id,
        backup_credentials_id: found.id,
        ...{ type: found.type, bucket, region },
      })
      .execute()
    return describeTarget(tx, call, id)
  })
}
