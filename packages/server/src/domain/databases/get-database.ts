import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { Database } from './entities.ts'
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
): Promise<Database> {
  return authorizeFound(
    call.principal,
    action,
    'databases',
    await findDatabase(db, id),
    databaseFields,
    NOT_FOUND,
  )
}
