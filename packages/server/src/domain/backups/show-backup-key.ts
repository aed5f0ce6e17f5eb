import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { getDatabase } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { openBackupKey } from '../targets/index.ts'

/**
 * The key that a database's backups and archive are encrypted with, in base64, for whoever wants to read them without
 * Croft, or to keep it apart from it: with the metadata lost, nothing else opens them. Asked for by those who may both
 * change the database and make its backups, and always noted. Throws `database-not-found`, `forbidden`.
 */
export async function showBackupKey(
  deps: { db: Db; sealer: Sealer },
  call: Call,
  databaseId: string,
): Promise<string> {
  return transact(deps.db, async (tx) => {
    const database = await getDatabase(tx, call, databaseId, 'update')
    authorize(call.principal, 'create', 'backups', {
      id: '',
      workspaceId: database.workspaceId,
      projectId: database.project.id,
      namespaceId: database.namespaceId,
      databaseId: database.id,
    })
    const { backup_key: sealed } = await tx
      .selectFrom('databases')
      .select('backup_key')
      .where('id', '=', database.id)
      .executeTakeFirstOrThrow()
    if (!sealed) throw new Error('a database has a key for its backups')
    await recordEvent(tx, call, {
      workspaceId: database.workspaceId,
      action: 'backup-key.shown',
      subjectType: 'database',
      subjectId: database.id,
    })
    return openBackupKey(deps.sealer, database.id, sealed)
  })
}
