import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { withPassword } from './credential-view.ts'
import type { CredentialWithPassword, Database } from './entities.ts'
import type { Made } from './find-made.ts'
import { findDatabase } from './read-databases.ts'
import { waitUntil } from './wait.ts'

export interface CreatedDatabase {
  readonly database: Database
  readonly credential: CredentialWithPassword
}

/** Waits, within the limit, until the new database is ready or has failed, and shows it with its password. */
export async function settle(
  deps: { db: Db; signals: Signals; defaults: { provisionWaitMs: number } },
  made: Made,
): Promise<CreatedDatabase> {
  const database = await waitUntil(
    deps.signals,
    made.id,
    deps.defaults.provisionWaitMs,
    () => findDatabase(deps.db, made.id),
    (state) => state?.state !== 'provisioning',
  )
  const [first] = database?.credentials ?? []
  if (!database || !first || database.quarantinedAt !== null) {
    throw new CroftError('database-not-found', 'The database was deleted while it was being made.')
  }
  return { database, credential: withPassword(first, made.password) }
}
