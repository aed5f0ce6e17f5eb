import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { checkRegion } from './check-region.ts'
import { type Environment, rethrowNameTaken } from './environment.ts'
import { findEnvironment } from './get-environment.ts'

export type NewEnvironment = Omit<Environment, 'id'>

/** For administrators of the platform. Throws `forbidden`, `invalid-input`, `name-taken`. */
export async function createEnvironment(
  db: Db,
  call: Call,
  { name, region, namespace }: NewEnvironment,
): Promise<Environment> {
  authorize(call.principal, 'manage', 'platform', {})
  checkRegion(region)
  return transact(db, async (tx) => {
    const earlier = await madeBefore(tx, call, 'environments')
    if (earlier) return findEnvironment(tx, earlier)
    const { resourceId: id = newId() } = call
    await tx
      .insertInto('environments')
      .values({ id, name, region, namespace })
      .execute()
      .catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'environment.created',
      subjectType: 'environment',
      subjectId: id,
      after: { name, region, namespace },
    })
    return findEnvironment(tx, id)
  })
}
