import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import { getDatabase } from './get-database.ts'
import type { Sight } from './quarantine.ts'
import { databaseFields } from './subjects.ts'
import { touchInstance } from './touch-instance.ts'
import { waitUntil } from './wait.ts'

/** Name of the job that removes backups and archives nobody may need any more. */
export const EXPIRE_BACKUPS_JOB = 'expire-backups'

/** How long a delete waits for the host to have removed everything; it goes on by itself after that. */
const REMOVAL_WAIT_MS = 3000

const DAY_MS = 86_400_000

export interface RemovalDeps {
  readonly signals: Signals
  readonly defaults: { readonly deletedRetentionDays: number }
}

/**
 * Takes a database out of sight and asks its agent to remove server, roles and files. Its backups and its archive stay
 * for `keepDays`. The row stays, in state `deleting` until the agent has said that nothing is left of the server.
 */
export async function removeDatabase(
  tx: Executor,
  deps: RemovalDeps,
  call: Call,
  database: { id: string; name: string; workspaceId: string },
  keepDays = deps.defaults.deletedRetentionDays,
): Promise<void> {
  const now = new Date()
  await tx
    .updateTable('databases')
    .set({
      state: 'deleting',
      deleted_at: now,
      purge_at: new Date(now.getTime() + keepDays * DAY_MS),
      is_default: false,
    })
    .where('id', '=', database.id)
    .execute()
  await tx
    .updateTable('credentials')
    .set({ deleted_at: now })
    .where('database_id', '=', database.id)
    .where('deleted_at', 'is', null)
    .execute()
  await touchInstance(tx, deps.signals, database.id, { presence: 'absent' })
  await recordEvent(tx, call, {
    workspaceId: database.workspaceId,
    action: 'database.deleted',
    subjectType: 'database',
    subjectId: database.id,
    before: { name: database.name },
  })
}

/** Waits, within a limit, until the agents have removed what these databases had. */
export async function waitForRemoval(db: Db, signals: Signals, ids: readonly string[]): Promise<void> {
  const deadline = performance.now() + REMOVAL_WAIT_MS
  for (const id of ids) {
    const remaining = Math.max(0, deadline - performance.now())
    const read = () =>
      db.selectFrom('instances').select('observed').where('database_id', '=', id).executeTakeFirst()
    await waitUntil(signals, id, remaining, read, (row) => row?.observed?.status === 'absent')
  }
}

/**
 * With `only.quarantined` one that somebody has brought back since the caller saw it stays: `database-not-ready`. Throws
 * `database-not-found`, `default-database-undeletable`: that one goes with its project.
 */
export async function deleteDatabase(
  deps: RemovalDeps & { readonly db: Db },
  call: Call,
  id: string,
  sight: Sight = {},
  only: { readonly quarantined?: true } = {},
): Promise<void> {
  await transact(deps.db, async (tx) => {
    const seen = await getDatabase(tx, call, id, 'read', sight)
    await lockProject(tx, call, seen.project.id, null)
    const database = await getDatabase(tx, call, id, 'read', sight)
    authorize(call.principal, 'delete', 'databases', databaseFields(database))
    if (only.quarantined && database.quarantinedAt === null) {
      throw new CroftError('database-not-ready', 'The database is not in quarantine any more.', {
        hint: 'Somebody has brought it back: look at it once more.',
      })
    }
    if (database.isDefault) {
      throw new CroftError('default-database-undeletable', 'Cannot delete the default environment', {
        hint: 'Delete its project instead.',
      })
    }
    await removeDatabase(tx, deps, call, database)
  })
  await waitForRemoval(deps.db, deps.signals, [id])
}
