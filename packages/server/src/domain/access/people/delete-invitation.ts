import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorizeScope } from '../bindings/authorize-scope.ts'
import type { Call } from '../principal.ts'
import { INVITATION_NOT_FOUND, selectOpenInvitations, toInvitation } from './invitation.ts'

const isNotFound = (error: unknown): boolean =>
  error instanceof CroftError && error.code.endsWith('-not-found')

/** Withdraws an invitation that nobody has accepted. Throws `invitation-not-found`, `forbidden`. */
export async function deleteInvitation(db: Db, call: Call, id: string): Promise<void> {
  const missing = () => new CroftError(INVITATION_NOT_FOUND.code, INVITATION_NOT_FOUND.message)
  await transact(db, async (tx) => {
    const row = await selectOpenInvitations(tx).where('id', '=', id).forUpdate().executeTakeFirst()
    if (!row) throw missing()
    const { email, role, scope } = toInvitation(row)
    const place = await authorizeScope(tx, call, 'delete', scope).catch((error) => {
      // Of another tenant: not to be told from one that there never was.
      throw isNotFound(error) ? missing() : error
    })
    await tx.updateTable('invitations').set({ deleted_at: sql<Date>`now()` }).where('id', '=', id).execute()
    await recordEvent(tx, call, {
      workspaceId: place.workspaceId,
      action: 'invitation.deleted',
      subjectType: 'invitation',
      subjectId: id,
      before: { email, role, scope },
    })
  })
}
