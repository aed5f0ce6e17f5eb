import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Place } from '../bindings/place.ts'
import { giveRole } from '../bindings/write-binding.ts'
import type { Call } from '../principal.ts'
import { isRoleName } from '../rules/roles.ts'
import type { Invitation } from './invitation.ts'

/** Ends an invitation by giving its role to the user, who was found to be the one invited. */
export async function giveInvited(
  tx: Tx,
  call: Call,
  { invitation, place }: { readonly invitation: Invitation; readonly place: Place },
  userId: string,
): Promise<void> {
  const { id, role, scope, email } = invitation
  await tx.updateTable('invitations').set({ accepted_at: sql<Date>`now()` }).where('id', '=', id).execute()
  await recordEvent(tx, call, {
    workspaceId: place.workspaceId,
    action: 'invitation.accepted',
    subjectType: 'invitation',
    subjectId: id,
    after: { email, role, scope },
  })
  if (!isRoleName(role)) return
  const holder = { type: 'user', id: userId, name: call.principal.name } as const
  await giveRole(tx, call, { holder, role, scope, place })
}
