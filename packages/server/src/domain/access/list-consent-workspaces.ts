import type { Db } from '../../platform/db/connect.ts'
import { readableWorkspaces } from './authorize.ts'
import type { Principal } from './principal.ts'

// More than anybody picks from with a list of radio buttons.
const MOST = 200

/** The workspaces for which a user may consent, by name. */
export async function listConsentWorkspaces(
  db: Db,
  user: Principal,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const ids = readableWorkspaces(user)
  if (ids.length === 0) return []
  let query = db.selectFrom('workspaces').select(['id', 'name']).orderBy('name').orderBy('id').limit(MOST)
  if (ids !== 'all') query = query.where('id', 'in', [...ids])
  return await query.execute()
}
