import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { touchInstance } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { targetSecretContext } from '../targets/index.ts'
import { askProbe } from './ask-probe.ts'
import { checkLocation } from './check-location.ts'
import type { BackupTargetDeps } from './create-target.ts'
import type { BackupTarget, DirectoryLocation, Location, S3Location } from './entities.ts'
import { getBackupTarget } from './read-targets.ts'
import { describeUsage, usageOf } from './usage.ts'
import { rethrowNameTaken, writeLocation } from './write-target.ts'

export interface BackupTargetChanges {
  readonly name?: string
  /** Of the fields of its own type only. */
  readonly location?: Partial<Omit<DirectoryLocation, 'type'>> &
    Partial<Omit<S3Location, 'type'>> & { readonly secretAccessKey?: string }
}

/** What is stored lies at these. */
const PLACE: readonly string[] = ['path', 'bucket', 'prefix']

/**
 * Renames a backup target, gives it other credentials, or says how its store is reached now. While something lies in it
 * the place itself stays. Throws `backup-target-not-found`, `forbidden`, `invalid-input`, `name-taken`,
 * `backup-target-in-use`.
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
    const { secretAccessKey, ...moved } = changes.location ?? {}
    const location = merge(before.location, moved, secretAccessKey)
    const isChanged = !isDeepStrictEqual(location, before.location)
    const isMoved = !isDeepStrictEqual(withoutUser(location), withoutUser(before.location))
    // Who may not name such a place may still rename the target, or renew its credentials.
    const moving = isMoved ? checkLocation(call, location, deps.workspacesMay) : null
    const checked = moving?.location ?? location
    if (isMoved) await assertPlaceStays(tx, before, checked)
    await tx
      .updateTable('backup_targets')
      .set({
        name,
        config: writeLocation(checked),
        ...(moving ? { allow_private: moving.allowPrivate } : {}),
        ...(secretAccessKey === undefined
          ? {}
          : { secret: deps.sealer.seal(secretAccessKey, targetSecretContext(id)) }),
      })
      .where('id', '=', id)
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId: before.workspaceId,
      action: 'backup-target.updated',
      subjectType: 'backup-target',
      subjectId: id,
      before: { name: before.name, ...before.location },
      after: { name, ...checked, ...(secretAccessKey === undefined ? {} : { credentialsChanged: true }) },
    })
    if (isChanged || secretAccessKey !== undefined) {
      await tellHosts(tx, deps.signals, id)
      await askProbe(tx, deps.signals, id)
    }
    return getBackupTarget(tx, call, id)
  })
}

const withoutUser = (location: Location): object =>
  location.type === 's3' ? { ...location, accessKeyId: null } : location

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

async function assertPlaceStays(tx: Executor, before: BackupTarget, after: Location): Promise<void> {
  const place = (location: object) =>
    Object.fromEntries(Object.entries(location).filter(([field]) => PLACE.includes(field)))
  if (isDeepStrictEqual(place(before.location), place(after))) return
  const usage = describeUsage(await usageOf(tx, before.id))
  if (usage === null) return
  throw new CroftError(
    'backup-target-in-use',
    `The backup target is used by ${usage}, so its place must stay.`,
    {
      hint: 'Make another target, and have the databases store there.',
    },
  )
}

/** Those that store there, and those that read from it at this moment, need to know how it is reached. */
async function tellHosts(tx: Executor, signals: Signals, id: string): Promise<void> {
  const concerned = await tx
    .selectFrom('instances')
    .innerJoin('databases', 'databases.id', 'instances.database_id')
    .select('databases.id')
    .where('databases.state', '!=', 'deleted')
    .where((eb) =>
      eb.or([
        eb('databases.backup_target_id', '=', id),
        eb.and([
          eb('instances.settled_epoch', '<', eb.ref('instances.epoch')),
          sql<boolean>`instances.origin->'target'->>'backupTargetId' = ${id}`,
        ]),
      ]),
    )
    .orderBy('databases.id')
    .execute()
  for (const database of concerned) await touchInstance(tx, signals, database.id)
}
