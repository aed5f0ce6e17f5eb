import { sql } from 'kysely'
import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'
import { recordEvent } from '../events/index.ts'
import { findClient } from './applications.ts'
import { authorize } from './authorize.ts'
import { bareId } from './bare-id.ts'
import { endGrants } from './end-grants.ts'
import type { Call } from './principal.ts'

const NOT_FOUND = { code: 'application-not-found', message: 'There is no application with this id.' } as const

/**
 * Ends an application (by its id or client id) and every consent given to it. For platform administrators.
 * Throws `application-not-found`, `forbidden`.
 */
export async function deleteApplication(db: Db, call: Call, id: string): Promise<void> {
  authorize(call.principal, 'delete', 'platform', {})
  const application = await findClient(db, isUuid(id) ? bareId(id) : id)
  if (!application) throw new CroftError(NOT_FOUND.code, NOT_FOUND.message)
  await transact(db, async (tx) => {
    const deleted = await tx
      .updateTable('oauth_applications')
      .set({ deleted_at: sql<Date>`now()` })
      .where('id', '=', application.id)
      .where('deleted_at', 'is', null)
      .returning(['id', 'name'])
      .executeTakeFirst()
    if (!deleted) throw new CroftError(NOT_FOUND.code, NOT_FOUND.message)
    await endGrants(
      tx,
      call,
      (grants) => grants.where('application_id', '=', deleted.id),
      'application deleted',
    )
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'application.deleted',
      subjectType: 'application',
      subjectId: deleted.id,
      before: { name: deleted.name },
    })
  })
}
