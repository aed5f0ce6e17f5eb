import { sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'
import { newId } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import { checkName } from '../check-name.ts'
import type { Call } from '../principal.ts'
import { assertNoIdentity, authorizeIdentities, identityNotFound } from './authorize-identities.ts'
import type { IdentityKind, IdentityWithSecret } from './entities.ts'
import { newSecret } from './new-secret.ts'
import { selectIdentities, toIdentity } from './select-identities.ts'
import { writeIdentity } from './write-identity.ts'

export interface NewIdentity {
  readonly organizationId: string
  readonly kind: IdentityKind
  readonly name: string
  readonly description?: string | undefined
  /** Absent: yes. */
  readonly enabled?: boolean | undefined
}

/**
 * Makes an identity; it may do nothing until it is given a role. Throws `organization-not-found`, `forbidden`,
 * `name-taken`, `invalid-input`.
 */
export async function createIdentity(db: Db, call: Call, input: NewIdentity): Promise<IdentityWithSecret> {
  const { organizationId, kind } = input
  const name = checkName(input.name)
  await authorizeIdentities(db, call, organizationId)
  assertNoIdentity(call)
  const { resourceId: id = newId() } = call
  return writeIdentity(db, async (tx) => {
    const { clientId, secret, hash } = newSecret(kind)
    const inserted = await tx
      .insertInto('service_identities')
      .values({
        id,
        organization_id: organizationId,
        kind,
        name,
        client_id: clientId,
        secret_hash: hash,
        created_by: call.principal.userId,
        description: input.description || null,
        disabled_at: input.enabled === false ? sql<Date>`now()` : null,
      })
      // Made by an earlier try whose answer was lost: its secret is nobody's, and this one takes its place.
      .onConflict((made) =>
        made
          .column('id')
          .doUpdateSet({ client_id: clientId, secret_hash: hash })
          .where('service_identities.organization_id', '=', organizationId)
          .where('service_identities.kind', '=', kind)
          .where('service_identities.deleted_at', 'is', null),
      )
      .returning('id')
      .executeTakeFirst()
    if (!inserted) throw identityNotFound(kind)
    const row = await selectIdentities(tx, kind).where('id', '=', id).executeTakeFirstOrThrow()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: `${kind}.created`,
      subjectType: kind,
      subjectId: id,
      after: { organizationId, name, clientId },
    })
    return { ...toIdentity(row), secret }
  })
}
