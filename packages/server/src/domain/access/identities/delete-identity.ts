import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { recordEvent } from '../../events/index.ts'
import type { Call } from '../principal.ts'
import { getIdentity, identityNotFound } from './authorize-identities.ts'
import type { IdentityKind } from './entities.ts'
import { revokeTokens } from './revoke-tokens.ts'

/** Its tokens and its roles end with it; its name may be used again. Throws `identity-not-found`, `forbidden`. */
export async function deleteIdentity(
  db: Db,
  call: Call,
  which: { kind: IdentityKind; id: string },
): Promise<void> {
  const { kind, id } = which
  await transact(db, async (tx) => {
    const { name, organizationId } = await getIdentity(tx, call, which)
    const deleted = await tx
      .updateTable('service_identities')
      .set({ deleted_at: sql<Date>`now()` })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!deleted) throw identityNotFound(kind)
    await revokeTokens(tx, id)
    await tx.deleteFrom('role_bindings').where('identity_id', '=', id).execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: `${kind}.deleted`,
      subjectType: kind,
      subjectId: id,
      before: { organizationId, name },
    })
  })
}
