import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Sealer } from '../../platform/secrets/sealer.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'
import { changePasswords } from './change-passwords.ts'
import type { Database } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { lockDatabase } from './lock-database.ts'
import { findDatabase } from './read-databases.ts'
import { databaseFields } from './subjects.ts'
import { touchInstance } from './touch-instance.ts'
import { waitUntil } from './wait.ts'

/** Usually done by then; a host that is away ends the sessions when it is back. */
const APPLY_WAIT_MS = 3000

const ANY = { quarantined: 'any' } as const

/**
 * The first step of a deletion that can be taken back: every password is changed, sessions end, and all but those who
 * manage the quarantine find the database deleted. Data, backups and archive stay. One that is in quarantine stays as it
 * is. Throws `database-not-found`, `forbidden`, `database-not-ready` while it is being restored.
 */
export async function quarantineDatabase(
  deps: { db: Db; signals: Signals; sealer: Sealer },
  call: Call,
  id: string,
): Promise<Database> {
  const { database, revision } = await transact(deps.db, async (tx) => {
    const { project } = await getDatabase(tx, call, id, 'read', ANY)
    await lockProject(tx, call, project.id, null)
    const seen = await lockDatabase(tx, call, id, ANY)
    authorize(call.principal, 'delete', 'databases', databaseFields(seen))
    if (seen.quarantinedAt !== null) return { database: seen, revision: null }
    if (seen.state === 'recovering') {
      throw new CroftError('database-not-ready', 'The database is recovering.', {
        hint: 'Put it into quarantine once it is ready, or delete it.',
      })
    }
    const quarantinedAt = new Date()
    await tx
      .updateTable('databases')
      .set({ quarantined_at: quarantinedAt, quarantine_warned_at: null, is_default: false })
      .where('id', '=', id)
      .execute()
    const credentials = await changePasswords(tx, deps.sealer, seen)
    await recordEvent(tx, call, {
      workspaceId: seen.workspaceId,
      action: 'database.quarantined',
      subjectType: 'database',
      subjectId: id,
      before: { name: seen.name, isDefault: seen.isDefault },
      after: { quarantinedAt: quarantinedAt.toISOString(), credentials },
    })
    const revision = await touchInstance(tx, deps.signals, id)
    return { database: { ...seen, quarantinedAt, isDefault: false }, revision }
  })
  // One that does not serve yet has no sessions to end.
  if (revision !== null && database.state === 'ready') await waitUntilEnded(deps, id, revision)
  return (await findDatabase(deps.db, id)) ?? database
}

/** Waits, within a limit, until the host has the new passwords and has ended the sessions of the old ones. */
async function waitUntilEnded(
  deps: { db: Db; signals: Signals },
  id: string,
  revision: number,
): Promise<void> {
  const read = () =>
    deps.db
      .selectFrom('instances')
      .select('observed_revision')
      .where('database_id', '=', id)
      .executeTakeFirstOrThrow()
  await waitUntil(deps.signals, id, APPLY_WAIT_MS, read, (row) => row.observed_revision >= revision)
}
