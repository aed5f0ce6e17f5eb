import { sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getPolicy } from './policy.ts'

/** How many deployments are backed up by it. */
async function usesOf(tx: Executor, id: string): Promise<number> {
  const { count } = await tx
    .selectFrom('deployments')
    .leftJoin('databases', 'databases.id', 'deployments.database_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('deployments.deleted_at', 'is', null)
    .where('databases.deleted_at', 'is', null)
    .where(sql<boolean>`deployments.scheduled_backup->>'policyId' = ${id}`)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Only while no deployment follows it. Throws `backup-policy-not-found`, `forbidden`, `in-use`. */
export async function deletePolicy(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const found = await getPolicy(tx, call, id, 'delete', true)
    const uses = await usesOf(tx, id)
    if (uses > 0) {
      const deployments = `${uses} ${uses === 1 ? 'deployment is' : 'deployments are'}`
      throw new CroftError('in-use', `${deployments} backed up by this policy.`, {
        hint: 'Give them another policy, or none, before this one is deleted.',
      })
    }
    await tx.updateTable('backup_policies').set({ deleted_at: new Date() }).where('id', '=', id).execute()
    await recordEvent(tx, call, {
      workspaceId: found.workspaceId,
      action: 'backup-policy.deleted',
      subjectType: 'backup-policy',
      subjectId: id,
      before: { name: found.name, schedules: found.schedules },
    })
  })
}
