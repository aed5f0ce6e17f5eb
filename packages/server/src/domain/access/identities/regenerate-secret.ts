import { sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'
import { recordEvent } from '../../events/index.ts'
import type { Call } from '../principal.ts'
import { assertNoIdentity, getIdentity } from './authorize-identities.ts'
import type { IdentityKind, IdentityWithSecret } from './entities.ts'
import { newSecret } from './new-secret.ts'
import { revokeTokens } from './revoke-tokens.ts'
import { writeIdentity } from './write-identity.ts'

/**
 * Gives an identity another client id and another secret; the old ones, and the tokens had for them, end. Throws
 * `identity-not-found`, `forbidden`.
 */
export async function regenerateSecret(
  db: Db,
  call: Call,
  which: { kind: IdentityKind; id: string },
): Promise<IdentityWithSecret> {
  const { kind, id } = which
  return writeIdentity(db, async (tx) => {
    const before = await getIdentity(tx, call, which)
    assertNoIdentity(call)
    const { clientId, secret, hash } = newSecret(kind)
    await tx
      .updateTable('service_identities')
      .set((eb) => ({
        client_id: clientId,
        secret_hash: hash,
        secret_generation: eb('secret_generation', '+', 1),
        secret_changed_at: sql<Date>`now()`,
        updated_at: sql<Date>`now()`,
      }))
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .execute()
    await revokeTokens(tx, id)
    const after = await getIdentity(tx, call, which)
    await recordEvent(tx, call, {
      workspaceId: null,
      action: `${kind}.secret-changed`,
      subjectType: kind,
      subjectId: id,
      before: { clientId: before.clientId, secretGeneration: before.secretGeneration },
      after: { clientId, secretGeneration: after.secretGeneration },
    })
    return { ...after, secret }
  })
}
