import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { findPlan } from './get-plan.ts'

/**
 * Only while no database was made with it, since each shows its plan: others can be switched off. For administrators of
 * the platform. Throws `plan-not-found`, `forbidden`, `plan-in-use`.
 */
export async function deletePlan(db: Db, call: Call, id: string): Promise<void> {
  authorize(call.principal, 'manage', 'platform', {})
  await transact(db, async (tx) => {
    const { name } = await findPlan(tx, id, true)
    const { count } = await tx
      .selectFrom('databases')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('plan_id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (Number(count) > 0) {
      const databases = `${count} ${Number(count) === 1 ? 'database was' : 'databases were'}`
      throw new CroftError('plan-in-use', `${databases} made with this plan.`, {
        hint: 'Switch it off, so that no more are: croft plan update NAME --off',
      })
    }
    await tx.deleteFrom('plan_environments').where('plan_id', '=', id).execute()
    await tx
      .updateTable('plans')
      .set({ deleted_at: new Date(), is_default: false })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'plan.deleted',
      subjectType: 'plan',
      subjectId: id,
      before: { name },
    })
  })
}
