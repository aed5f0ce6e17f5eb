import { sql } from 'kysely'
import { type Db, sqlState, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import { assertMayGive } from '../bindings/assert-may-give.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import { checkLevel } from '../iam/check-level.ts'
import type { Call } from '../principal.ts'
import { isRoleName } from '../rules/roles.ts'
import {
  INVITATION_NOT_FOUND,
  type Invitation,
  selectOpenInvitations,
  stillGood,
  toInvitation,
} from './invitation.ts'

const UNIQUE_VIOLATION = '23505'

async function lock(tx: Tx, id: string): Promise<Invitation | undefined> {
  if (!isUuid(id)) return undefined
  const row = await selectOpenInvitations(tx)
    .where(stillGood)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && toInvitation(row)
}

/** One that is too old is not listed, but would still keep its place in the index. */
async function endExpired(tx: Tx, { email, role, scope }: Invitation): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ deleted_at: sql<Date>`now()` })
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', eb.fn<string>('lower', [eb.val(email)])))
    .where('role', '=', role)
    .where('scope_type', '=', scope.type)
    .where('scope_id', 'is not distinct from', scope.id)
    .where('accepted_at', 'is', null)
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`not ${stillGood}`)
    .execute()
}

/**
 * Invites to another role of the same level. Throws `invitation-not-found`, `forbidden`, `not-applicable` for a role of
 * another level, `email-taken` when the address is invited to that role too.
 */
export async function changeInvitation(
  db: Db,
  call: Call,
  id: string,
  wanted: { readonly role: string },
): Promise<void> {
  const missing = () => new CroftError(INVITATION_NOT_FOUND.code, INVITATION_NOT_FOUND.message)
  await transact(db, async (tx) => {
    const invitation = await lock(tx, id)
    if (!invitation) throw missing()
    const { scope, email, role: before } = invitation
    const place = await authorizeScope(tx, call, 'create', scope).catch((error: unknown) => {
      // Of another tenant: not to be told from one that there never was.
      throw error instanceof CroftError && error.code.endsWith('-not-found') ? missing() : error
    })
    const role = checkLevel(wanted.role, scope.type)
    if (role === before) return
    for (const each of [before, role]) if (isRoleName(each)) assertMayGive(call.principal, each, place)
    await endExpired(tx, { ...invitation, role })
    await tx
      .updateTable('invitations')
      .set({ role, updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .execute()
      .catch((error: unknown) => {
        if (sqlState(error) !== UNIQUE_VIOLATION) throw error
        throw new CroftError('email-taken', 'This email is invited to that role already.', { cause: error })
      })
    await recordEvent(tx, call, {
      workspaceId: place.workspaceId,
      action: 'invitation.updated',
      subjectType: 'invitation',
      subjectId: id,
      before: { email, role: before, scope },
      after: { email, role, scope },
    })
  })
}
