import type { Executor } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { Database } from './entities.ts'
import { getDatabase } from './get-database.ts'
import type { Sight } from './quarantine.ts'

/**
 * The database, in a row that stays as it is until the transaction ends: nobody else quarantines or deletes it
 * meanwhile, which would leave a login that its maker knows. Throws `database-not-found`.
 */
export async function lockDatabase(
  tx: Executor,
  call: Call,
  id: string,
  sight: Sight = {},
): Promise<Database> {
  await tx.selectFrom('databases').select('id').where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return getDatabase(tx, call, id, 'read', sight)
}
