import type { Db } from '../../platform/db/connect.ts'
import { authorizeFound } from './authorize.ts'
import type { Grant } from './entities.ts'
import { selectGrants, toGrant } from './grants.ts'
import type { Call } from './principal.ts'

export const GRANT_NOT_FOUND = {
  code: 'grant-not-found',
  message: 'There is no grant with this id, or it is not accessible.',
} as const

/** Throws `grant-not-found`. */
export async function getGrant(db: Db, call: Call, id: string): Promise<Grant> {
  const row = await selectGrants(db).where('grant.id', '=', id).executeTakeFirst()
  const grant = row && toGrant(row)
  return authorizeFound(
    call.principal,
    'read',
    'grants',
    grant,
    (found) => ({ workspaceId: found.workspaceId }),
    GRANT_NOT_FOUND,
  )
}
