import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Signals } from '../../platform/signals/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { CREDENTIAL_NOT_FOUND, getCredential } from './get-credential.ts'
import type { Sight } from './quarantine.ts'
import { touchInstance } from './touch-instance.ts'
import { waitUntil } from './wait.ts'

/** Usually done by then; a host that is away removes the role when it is back. */
const REVOKE_WAIT_MS = 3000

/** Takes a login away and ends its sessions. Throws `credential-not-found`. */
export async function deleteCredential(
  deps: { db: Db; signals: Signals },
  call: Call,
  id: string,
  sight: Sight = {},
): Promise<void> {
  const { databaseId, revision } = await transact(deps.db, async (tx) => {
    const found = await getCredential(tx, call, id, 'delete', sight)
    const deleted = await tx
      .updateTable('credentials')
      // When it is its turn, not when it was asked: it may have waited for a rotation.
      .set({ deleted_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    // Somebody else was faster since it was read.
    if (!deleted) throw new CroftError(CREDENTIAL_NOT_FOUND.code, CREDENTIAL_NOT_FOUND.message)
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'credential.deleted',
      subjectType: 'credential',
      subjectId: id,
      before: { name: found.name, databaseId: found.database.id },
    })
    return {
      databaseId: found.database.id,
      revision: await touchInstance(tx, deps.signals, found.database.id),
    }
  })
  const read = () =>
    deps.db
      .selectFrom('instances')
      .select('observed_revision')
      .where('database_id', '=', databaseId)
      .executeTakeFirst()
  const applied = (row: { observed_revision: number } | undefined) =>
    row === undefined || row.observed_revision >= revision
  await waitUntil(deps.signals, databaseId, REVOKE_WAIT_MS, read, applied)
}
