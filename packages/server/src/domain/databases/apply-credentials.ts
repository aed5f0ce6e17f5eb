import type { Db, Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { isConnected } from '../targets/index.ts'
import type { Database } from './entities.ts'
import { waitUntil } from './wait.ts'

/** A sleeping server is woken to get its roles, which takes about 100 ms; a busy host may need more. */
const APPLY_WAIT_MS = 10_000

/** New credentials need a host that can make them: throws `database-not-ready`, or `unavailable` when it is away. */
export async function assertCanApply(tx: Executor, database: Database): Promise<void> {
  if (database.state === 'recovering' || database.state === 'failed') {
    throw new CroftError('database-not-ready', `The database is ${database.state}.`, {
      hint: 'Wait until it is ready.',
    })
  }
  const target = await tx
    .selectFrom('targets')
    .select(['connected_at', 'last_seen_at'])
    .where('id', '=', database.target.id)
    .executeTakeFirstOrThrow()
  if (!isConnected(target)) {
    throw new CroftError('unavailable', 'The host of this database is not connected at the moment.', {
      hint: 'Its databases go on serving; credentials can be changed when its agent is back.',
      retryAfter: 5,
    })
  }
}

/** Waits until the server has the roles of this revision, so that what the caller is told works at once. */
export async function waitUntilApplied(
  db: Db,
  signals: Signals,
  databaseId: string,
  revision: number,
): Promise<void> {
  const read = () =>
    db
      .selectFrom('instances')
      .innerJoin('databases', 'databases.id', 'instances.database_id')
      .select(['instances.observed_revision', 'databases.state'])
      .where('database_id', '=', databaseId)
      .executeTakeFirstOrThrow()
  // A new database answers before it is ready: its first credential says so by its state.
  const last = await waitUntil(
    signals,
    databaseId,
    APPLY_WAIT_MS,
    read,
    (row) => row.state !== 'ready' || row.observed_revision >= revision,
  )
  if (last.state === 'ready' && last.observed_revision < revision) {
    throw new CroftError('unavailable', 'The host of this database did not answer in time.', {
      hint: 'The change is stored and will be applied; try again to get a new password.',
      retryAfter: 5,
    })
  }
}
