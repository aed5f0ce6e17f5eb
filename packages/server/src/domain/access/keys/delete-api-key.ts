import { sql } from 'kysely'
import { type Db, transact } from '../../../platform/db/index.ts'
import { recordEvent } from '../../events/index.ts'
import { authorizeWorkspace } from '../authorize-workspace.ts'
import type { Call } from '../principal.ts'
import { keyNotFound } from './api-key.ts'
import { lockApiKey, type WhichKey, whereKey } from './which-key.ts'

/**
 * From the next request on the key is unknown, and its value is not kept. Throws `workspace-not-found`, `forbidden`,
 * `key-not-found`.
 */
export async function deleteApiKey(
  db: Db,
  call: Call,
  workspaceId: string,
  which: WhichKey,
): Promise<{ readonly id: string }> {
  // First, as in the original: without the key's value nobody gets as far as to learn who may delete it.
  if (!(await whereKey(db, workspaceId, which).executeTakeFirst())) throw keyNotFound()
  await authorizeWorkspace(db, call, workspaceId, 'manage_permissions')
  return transact(db, async (tx) => {
    const { id, name } = await lockApiKey(tx, workspaceId, which)
    await tx
      .updateTable('access_tokens')
      .set({ revoked_at: sql<Date>`now()`, updated_at: sql<Date>`clock_timestamp()`, sealed: null })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId,
      action: 'apikeys.deleted',
      subjectType: 'apikey',
      subjectId: id,
      before: { name },
    })
    return { id }
  })
}
