import { sql } from 'kysely'
import type { Executor, Tx } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { HolderRef, RoleBinding } from '../bindings/entities.ts'
import { findHolder } from '../bindings/find-holder.ts'
import type { Place } from '../bindings/place.ts'
import type { Principal } from '../principal.ts'

/** Who is meant by an id; whoever names no type leaves it to the database. */
export interface ActorRef {
  readonly id: string
  readonly type?: HolderRef['type'] | undefined
}

/** Changes of what one actor holds wait for each other: each replaces what it finds. */
export async function lockActor(tx: Tx, { id }: ActorRef): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`croft.actor ${id.toLowerCase()}`}, 0))`.execute(
    tx,
  )
}

async function typeOf(db: Executor, { id, type }: ActorRef): Promise<HolderRef['type']> {
  if (type !== undefined) return type
  const user = await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()
  return user ? 'user' : 'identity'
}

/** The user or service identity that is to hold a role there. Throws `not-applicable` when there is none. */
export async function findActor(tx: Tx, actor: ActorRef, place: Place): Promise<RoleBinding['holder']> {
  const type = await typeOf(tx, actor)
  const id = actor.id.toLowerCase()
  try {
    return { type, id, name: await findHolder(tx, { type, id }, place) }
  } catch (error) {
    if (!(error instanceof CroftError) || error.code === 'forbidden') throw error
    throw new CroftError('not-applicable', 'There is no user or service identity with this id here.', {
      cause: error,
    })
  }
}

/** Whether somebody asks about itself. */
export const isSelf = ({ type, id, userId }: Principal, actorId: string): boolean =>
  (type === 'user' && userId === actorId.toLowerCase()) ||
  (type === 'identity' && id === actorId.toLowerCase())
