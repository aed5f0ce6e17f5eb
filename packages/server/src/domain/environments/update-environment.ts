import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { checkRegion } from './check-region.ts'
import { type Environment, rethrowNameTaken } from './environment.ts'
import { findEnvironment } from './get-environment.ts'
import { refuseWhileUsed } from './refuse-while-used.ts'

export interface EnvironmentChanges {
  readonly name?: string | undefined
  readonly region?: string | undefined
  readonly namespace?: string | undefined
}

/**
 * Changes what is given; where it is, only while no database is in it. For administrators of the platform. Throws
 * `environment-not-found`, `forbidden`, `invalid-input`, `name-taken`, `environment-in-use`.
 */
export async function updateEnvironment(
  db: Db,
  call: Call,
  id: string,
  changes: EnvironmentChanges,
): Promise<Environment> {
  authorize(call.principal, 'manage', 'platform', {})
  return transact(db, async (tx) => {
    const { id: _id, ...before } = await findEnvironment(tx, id, true)
    const { name = before.name, region = before.region, namespace = before.namespace } = changes
    const after = { name, region, namespace }
    if (region !== before.region) checkRegion(region)
    if (region !== before.region || namespace !== before.namespace) {
      await refuseWhileUsed(tx, id, 'Make another environment for the other place; this one can be renamed.')
    }
    await tx.updateTable('environments').set(after).where('id', '=', id).execute().catch(rethrowNameTaken)
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'environment.updated',
      subjectType: 'environment',
      subjectId: id,
      before,
      after,
    })
    return { id, ...after }
  })
}
