import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Call, checkName } from '../access/index.ts'
import { type BackupTargetDeps, changeTarget, getBackupTarget } from '../backup-targets/index.ts'
import { recordEvent } from '../events/index.ts'
import { rethrowNameTaken } from './create-credentials.ts'
import { type BackupCredentials, credentialsContext, getCredentials } from './credentials.ts'
import { checkCredentials, type GivenCredentials } from './given-credentials.ts'
import { checkWanted, locationOf } from './location-of.ts'
import { targetsOf } from './targets-of.ts'

export interface CredentialsChanges {
  readonly name?: string | undefined
  readonly given?: GivenCredentials | undefined
}

/**
 * Renames credentials, or gives them another content; then the targets that are made of them are reached with it, and
 * tried again. Throws `backup-credentials-not-found`, `forbidden`, `invalid-input`, `not-applicable`, `name-taken`,
 * `in-use`, `backup-target-in-use`.
 */
export async function updateCredentials(
  deps: BackupTargetDeps,
  call: Call,
  id: string,
  changes: CredentialsChanges,
): Promise<BackupCredentials> {
  return transact(deps.db, async (tx) => {
    const before = await getCredentials(tx, call, id, 'update', true)
    const name = changes.name === undefined ? before.name : checkName(changes.name)
    const given = changes.given && checkCredentials(changes.given)
    const { type, ...parts } = given?.shown ?? before.shown
    await tx
      .updateTable('backup_credentials')
      .set({
        ...{ name, type, public: parts, updated_at: new Date() },
        ...(given ? { secret: deps.sealer.seal(given.secret, credentialsContext(before.id)) } : {}),
      })
      .where('id', '=', id)
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId: before.workspaceId,
      action: 'backup-credentials.updated',
      subjectType: 'backup-credentials',
      subjectId: id,
      before: { name: before.name, ...before.shown },
      after: { name, ...parts, type, ...(given ? { secretChanged: true } : {}) },
    })
    const targets = given ? await targetsOf(tx, id) : []
    if (targets.length > 0 && type !== before.type) {
      throw new CroftError(
        'in-use',
        `Backup targets are made of these credentials, which are of type ${before.type}.`,
        {
          hint: 'Make other credentials for another type.',
        },
      )
    }
    for (const target of targets) {
      if (!given) continue
      checkWanted(type, target)
      const held = await getBackupTarget(tx, call, target.id, 'update', { hold: 'update' })
      const location = locationOf(given.shown, target)
      await changeTarget(tx, deps, call, held, { name: held.name, location, secret: given.secret })
    }
    return getCredentials(tx, call, id)
  })
}
