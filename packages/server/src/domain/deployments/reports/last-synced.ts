import type { Executor } from '../../../platform/db/connect.ts'
import type { Call } from '../../access/index.ts'
import { requireDeploymentTarget } from '../../deployment-targets/index.ts'

/** When the newest event that a target's agent has sent happened; null when it sent none. Throws `deployment-target-not-found`. */
export async function lastSynced(executor: Executor, call: Call, id: string): Promise<Date | null> {
  const target = await requireDeploymentTarget(executor, call, id)
  const row = await executor
    .selectFrom('deployment_events')
    .select('at')
    .where('deployment_target_id', '=', target.id)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at ?? null
}
