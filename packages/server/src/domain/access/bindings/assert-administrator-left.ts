import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'

/**
 * Throws `last-administrator` unless somebody who can log in administers the platform. Call it after the change, in
 * its transaction, when that may have cost an administrator: changes of this kind wait for each other.
 */
export async function assertAdministratorLeft(tx: Tx): Promise<void> {
  // Two that each take another's role would not see each other's change; so one after the other.
  await sql`select pg_advisory_xact_lock(hashtext('croft.platform-administrators'))`.execute(tx)
  const left = await tx
    .selectFrom('role_bindings as held')
    .innerJoin('users', 'users.id', 'held.user_id')
    .where('held.role', '=', 'platform-admin')
    .where('held.scope_type', '=', 'platform')
    .where('users.disabled_at', 'is', null)
    .select('held.id')
    .limit(1)
    .executeTakeFirst()
  if (left) return
  throw new CroftError('last-administrator', 'Nobody would be left to administer the platform.', {
    hint: 'Give somebody else the role platform-admin first.',
  })
}
