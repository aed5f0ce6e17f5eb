import type { Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { changeTarget } from './change-target.ts'
import type { BackupTargetDeps } from './create-target.ts'
import type { BackupTarget, DirectoryLocation, Location, S3Location } from './entities.ts'
import { getBackupTarget } from './read-targets.ts'

export interface BackupTargetChanges {
  readonly name?: string
  /** Of the fields of its own type only. */
  readonly location?: Partial<Omit<DirectoryLocation, 'type'>> &
    Partial<Omit<S3Location, 'type'>> & { readonly secretAccessKey?: string }
}

/**
 * Renames a backup target, gives it other credentials, or says how its store is reached now. While something lies in it
 * the place itself stays. Throws `backup-target-not-found`, `forbidden`, `invalid-input`, `not-applicable`,
 * `name-taken`, `backup-target-in-use`.
 */
export async function updateTarget(
  deps: BackupTargetDeps,
  call: Call,
  id: string,
  changes: BackupTargetChanges,
): Promise<BackupTarget> {
  return transact(deps.db, async (tx) => {
    const before = await getBackupTarget(tx, call, id, 'update', { hold: 'update' })
    const { name = before.name } = changes
    const { secretAccessKey: secret, ...moved } = changes.location ?? {}
    const location = merge(before.location, moved, secret)
    if (changes.location !== undefined) await assertOwnPlace(tx, id)
    await changeTarget(tx, deps, call, before, { name, location, secret })
    return getBackupTarget(tx, call, id)
  })
}

/** Throws `invalid-input` for fields that a target of this type does not have. */
function merge(before: Location, moved: object, secretAccessKey: string | undefined): Location {
  const given = [
    ...Object.entries(moved).flatMap(([field, value]) => (value === undefined ? [] : [field])),
    ...(secretAccessKey === undefined ? [] : ['secretAccessKey']),
  ]
  const foreign = given.filter((field) =>
    field === 'secretAccessKey' ? before.type !== 's3' : !Object.hasOwn(before, field),
  )
  if (foreign.length > 0) {
    const message = `is no field of a target of type ${before.type}`
    throw new CroftError('invalid-input', `${foreign.join(', ')} ${message}.`, {
      fields: foreign.map((field) => ({ path: `/location/${field}`, message })),
    })
  }
  return { ...before, ...moved }
}

/** What was made of credentials that several targets share changes with them. */
async function assertOwnPlace(tx: Executor, id: string): Promise<void> {
  const made = await tx
    .selectFrom('credentialed_targets')
    .innerJoin('backup_credentials', 'backup_credentials.id', 'credentialed_targets.backup_credentials_id')
    .select('backup_credentials.name')
    .where('backup_target_id', '=', id)
    .executeTakeFirst()
  if (!made) return
  throw new CroftError('not-applicable', `The backup target is made of the credentials “${made.name}”.`, {
    hint: 'Change those credentials: every target that is made of them changes with them.',
    fields: [{ path: '/location', message: 'is that of the target’s credentials' }],
  })
}
