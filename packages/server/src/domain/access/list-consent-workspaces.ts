import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import type { Principal } from './principal.ts'
import { filterOf } from './rules/filter.ts'

// More than anybody picks from with a list of radio buttons.
const MOST = 200

/** The workspaces for which a user may consent, by name. */
export async function listConsentWorkspaces(
  db: Db,
  user: Principal,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  // A user at the consent page comes without an API key: roles alone make a filter that SQL decides.
  const { where } = filterOf(user, 'read', 'workspaces', {
    id: { type: 'uuid', sql: sql.ref('workspaces.id') },
  })
  return await db
    .selectFrom('workspaces')
    .select(['id', 'name'])
    .where(where)
    .orderBy('name')
    .orderBy('id')
    .limit(MOST)
    .execute()
}
