import type { Tx } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import type { HolderRef } from './entities.ts'
import type { Place } from './place.ts'

async function findUser(tx: Tx, id: string): Promise<string> {
  const row = isUuid(id)
    ? await tx.selectFrom('users').select('email').where('id', '=', id).forShare().executeTakeFirst()
    : undefined
  if (!row) throw new CroftError('user-not-found', 'There is no user with this id.')
  return row.email
}

/** An identity acts inside its organization only; in another one it does not exist. */
async function findIdentity(tx: Tx, id: string, place: Place): Promise<string> {
  if (place.type === 'platform') {
    const message = 'must be a user: service identities act inside their organization only'
    throw new CroftError('invalid-input', `The holder ${message}.`, {
      fields: [{ path: '/holder', message }],
    })
  }
  const row = isUuid(id)
    ? await tx
        .selectFrom('service_identities')
        .select('name')
        .where('id', '=', id)
        .where('organization_id', '=', place.organizationId)
        .where('deleted_at', 'is', null)
        // One that is being deleted must not gain a role that its deletion misses.
        .forShare()
        .executeTakeFirst()
    : undefined
  if (!row) throw new CroftError('identity-not-found', 'There is no service identity with this id here.')
  return row.name
}

/** The name of who is to get a role at a place. Throws `user-not-found`, `identity-not-found`, `invalid-input`. */
export function findHolder(tx: Tx, { type, id }: HolderRef, place: Place): Promise<string> {
  return type === 'user' ? findUser(tx, id) : findIdentity(tx, id, place)
}
