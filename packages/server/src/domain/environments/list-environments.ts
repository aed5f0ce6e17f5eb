import type { Db } from '../../platform/db/connect.ts'
import { authorize, type Call } from '../access/index.ts'
import { type Environment, toEnvironment } from './environment.ts'

/** Every environment, oldest first. For anybody who is logged in. */
export async function listEnvironments(db: Db, call: Call): Promise<readonly Environment[]> {
  authorize(call.principal, 'read', 'regions', {})
  const rows = await db
    .selectFrom('environments')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(toEnvironment)
}
