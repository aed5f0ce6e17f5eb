import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { touchInstance } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { targetSecretContext } from '../targets/index.ts'
import { askProbe } from './ask-probe.ts'
import { checkLocation } from './check-location.ts'
import type { BackupTargetDeps } from './create-target.ts'
import type { BackupTarget, Location } from './entities.ts'
import { forgetStates } from './states/forget-states.ts'
import { describeUsage, usageOf } from './usage.ts'
import { rethrowNameTaken, writeLocation } from './write-target.ts'

export interface WantedChange {
  readonly name: string
  readonly location: Location
  /** Undefined keeps the one it has. */
  readonly secret: string | undefined
}

/** What is stored lies at these. */
const PLACE: readonly string[] = ['path', 'bucket', 'container', 'account', 'prefix']

/**
 * Writes what a target that is held becomes; has hosts try it when it is reached otherwise than before. Authorizes only
 * that its new place may be named. Throws `invalid-input`, `forbidden`, `name-taken`, `backup-target-in-use`.
 */
export async function changeTarget(
  tx: Executor,
  deps: BackupTargetDeps,
  call: Call,
  before: BackupTarget,
  { name, location, secret }: WantedChange,
): Promise<void> {
  const { id } = before
  const isChanged = !isDeepStrictEqual(location, before.location)
  const isMoved = !isDeepStrictEqual(withoutUser(location), withoutUser(before.location))
  // Who may not name such a place may still rename the target, or renew its credentials.
  const moving = isMoved ? checkLocation(call, location, deps.workspacesMay) : null
  const checked = moving?.location ?? location
  if (isMoved) await assertPlaceStays(tx, before, checked)
  const sealed =
    secret === undefined || checked.type === 'directory'
      ? null
      : deps.sealer.seal(secret, targetSecretContext(id))
  await tx
    .updateTable('backup_targets')
    .set({
      name,
      type: checked.type,
      config: writeLocation(checked),
      updated_at: new Date(),
      ...(moving ? { allow_private: moving.allowPrivate } : {}),
      ...(secret === undefined ? {} : { secret: sealed }),
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
    after: { name, ...checked, ...(secret === undefined ? {} : { credentialsChanged: true }) },
  })
  if (!isChanged && secret === undefined) return
  await tellHosts(tx, deps.signals, id)
  await forgetStates(tx, id)
  await askProbe(tx, deps.signals, id, { again: true })
}

const withoutUser = (location: Location): object =>
  location.type === 's3' ? { ...location, accessKeyId: null } : location

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
