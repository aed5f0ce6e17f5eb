import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { Database } from './entities.ts'
import { isHidden, type Sight } from './quarantine.ts'
import { findDatabase } from './read-databases.ts'
import { databaseFields } from './subjects.ts'

const NOT_FOUND = {
  code: 'database-not-found',
  message: 'There is no database with this id, or it is not accessible.',
} as const

/** The database, if the caller may do this to it. Throws `database-not-found`, `forbidden`. */
export async function getDatabase(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
  sight: Sight = {},
): Promise<Database> {
  const found = await findDatabase(db, id)
  const hidden = found && isHidden(call, databaseFields(found), found.quarantinedAt, sight)
  return authorizeFound(
    call.principal,
    action,
    'databases',
    hidden ? undefined : found,
    databaseFields,
    NOT_FOUND,
  )
}
