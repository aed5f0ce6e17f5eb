import { sql } from 'kysely'
import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { findPlace } from '../bindings/place.ts'
import { type BindingRow, toRoleBinding } from '../bindings/select-bindings.ts'
import { giveRole, takeRole } from '../bindings/write-binding.ts'
import type { Call } from '../principal.ts'
import { isRoleName } from '../rules/roles.ts'
import { findActor, lockActor } from './actor.ts'
import { authorizeRecord, authorizeRole } from './authorize-record.ts'
import { type IamRecord, isPolicyLevel, keyOf, POLICY_LEVELS, type Policy, rolesOf } from './policy.ts'
import { readHeldEverywhere, readHeldIn, readRecords } from './read-records.ts'

export interface WantedRecord {
  readonly organizationId: string
  readonly actorId: string
  readonly policy: Policy
}

/** What a policy takes the place of: roles of the whole platform only if it speaks of them. */
async function readReplaced(tx: Tx, { organizationId, actorId, policy }: WantedRecord) {
  const inside = (await readHeldIn(tx, organizationId, actorId)).filter((row) =>
    isPolicyLevel(row.scope_type),
  )
  return policy.platform === undefined ? inside : [...inside, ...(await readHeldEverywhere(tx, [actorId]))]
}

async function keepLevels(tx: Tx, { organizationId, actorId, policy }: WantedRecord): Promise<void> {
  const empty_levels = POLICY_LEVELS.filter((level) => policy[level]?.length === 0)
  const updated_at = sql<Date>`clock_timestamp()`
  await tx
    .insertInto('iam_records')
    .values({ organization_id: organizationId, actor_id: actorId, empty_levels })
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'actor_id']).doUpdateSet({ empty_levels, updated_at }),
    )
    .execute()
}

async function takeRoles(tx: Tx, call: Call, rows: readonly BindingRow[], organizationId: string) {
  for (const row of rows) {
    const { role, scope } = toRoleBinding(row)
    // One of a newer version is for that to take.
    if (!isRoleName(role)) continue
    const place = await authorizeRole(tx, call, 'delete', { role, scope, organizationId })
    await takeRole(tx, call, row, place)
  }
}

/**
 * Gives an actor exactly the roles of the policy in the organization: what it lacks is given, what is too much is
 * taken, all of it or nothing. With `isNew` the actor must have no record there. Roles of single databases, which no
 * policy speaks of, stay, and so do those of the platform when it does not speak of them. Throws
 * `organization-not-found`, `forbidden`, `name-taken`, `last-administrator`, and `not-applicable` for an empty policy, roles of
 * another level, and actors and places that are not there.
 */
export async function writeRecord(
  db: Db,
  call: Call,
  input: WantedRecord,
  { isNew }: { readonly isNew: boolean },
): Promise<IamRecord> {
  const { organizationId } = input
  const actorId = input.actorId.toLowerCase()
  return transact(db, async (tx) => {
    await authorizeRecord(tx, call, { organizationId })
    const wanted = rolesOf(input.policy, organizationId)
    await lockActor(tx, { id: actorId })
    const around = await findPlace(tx, 'organization', organizationId)
    if (!around) throw new CroftError('organization-not-found', 'There is no organization with this id.')
    const holder = await findActor(tx, { id: actorId }, around)
    if (isNew && (await readRecords(tx, call, organizationId, actorId)).length > 0) {
      throw new CroftError('name-taken', 'The actor has an IAM record in this account already.', {
        hint: 'Replace it, or delete it first.',
      })
    }
    const held = await readReplaced(tx, { ...input, actorId })
    const has = new Set(held.map((row) => keyOf(toRoleBinding(row))))
    // That one who administers the platform has the role already would tell the caller that it does.
    const lacks = wanted.filter((each) => each.role === 'platform-admin' || !has.has(keyOf(each)))
    for (const { role, scope } of lacks) {
      if (role === 'platform-admin' && holder.type === 'identity') {
        throw new CroftError('not-applicable', 'A service identity acts inside its account only.')
      }
      const place = await authorizeRole(tx, call, 'create', { role, scope, organizationId })
      await giveRole(tx, call, { holder, role, scope, place })
    }
    const stays = new Set(wanted.map(keyOf))
    const tooMuch = held.filter((row) => !stays.has(keyOf(toRoleBinding(row))))
    await takeRoles(tx, call, tooMuch, organizationId)
    await keepLevels(tx, { ...input, actorId })
    const [record] = await readRecords(tx, call, organizationId, actorId)
    if (!record) throw new Error('a record with roles is there')
    return record
  })
}

/**
 * Takes every role in the organization from an actor, those of single databases too. Roles of the whole platform
 * stay. Throws `binding-not-found`, `organization-not-found`, `forbidden`.
 */
export async function deleteRecord(
  db: Db,
  call: Call,
  { organizationId, actorId: id }: { readonly organizationId: string; readonly actorId: string },
): Promise<void> {
  const actorId = id.toLowerCase()
  await transact(db, async (tx) => {
    await authorizeRecord(tx, call, { organizationId })
    await lockActor(tx, { id: actorId })
    const held = await readHeldIn(tx, organizationId, actorId)
    const { numDeletedRows } = await tx
      .deleteFrom('iam_records')
      .where('organization_id', '=', organizationId)
      .where('actor_id', '=', actorId)
      .executeTakeFirst()
    if (held.length === 0 && numDeletedRows === 0n) throw recordNotFound()
    await takeRoles(tx, call, held, organizationId)
  })
}

export const recordNotFound = () =>
  new CroftError('binding-not-found', 'The actor has no IAM record in this account.')
