import { sql } from 'kysely'
import type { Db } from '../../../platform/db/connect.ts'
import { recordEvent } from '../../events/index.ts'
import { checkName } from '../check-name.ts'
import type { Call } from '../principal.ts'
import { getIdentity } from './authorize-identities.ts'
import type { IdentityKind, ServiceIdentity } from './entities.ts'
import { writeIdentity } from './write-identity.ts'

export interface IdentityChanges {
  readonly name?: string | undefined
  /** Empty for none. */
  readonly description?: string | undefined
  /** Switched off, its tokens count for nothing from the next request on; switched on, they do again. */
  readonly enabled?: boolean | undefined
}

/** Throws `identity-not-found`, `forbidden`, `name-taken`, `invalid-input`. */
export async function updateIdentity(
  db: Db,
  call: Call,
  { kind, id, changes }: { kind: IdentityKind; id: string; changes: IdentityChanges },
): Promise<ServiceIdentity> {
  const name = changes.name === undefined ? undefined : checkName(changes.name)
  return writeIdentity(db, async (tx) => {
    const before = await getIdentity(tx, call, { kind, id })
    const { enabled = before.enabled, description = before.description } = changes
    await tx
      .updateTable('service_identities')
      .set({
        name: name ?? before.name,
        description: description || null,
        updated_at: sql<Date>`now()`,
        disabled_at: enabled ? null : sql<Date>`coalesce(disabled_at, now())`,
      })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .execute()
    const after = await getIdentity(tx, call, { kind, id })
    await recordEvent(tx, call, {
      workspaceId: null,
      action: `${kind}.updated`,
      subjectType: kind,
      subjectId: id,
      before: { name: before.name, description: before.description, enabled: before.enabled },
      after: { name: after.name, description: after.description, enabled: after.enabled },
    })
    return after
  })
}
