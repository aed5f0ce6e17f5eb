import type { Executor } from '../../platform/db/connect.ts'
import { type Call, filterOf } from '../access/index.ts'
import { checkCluster } from './check-reporter.ts'
import type { DeploymentTarget } from './entities.ts'
import { DEPLOYMENT_TARGET_COLUMNS, requireDeploymentTarget } from './read-targets.ts'

export interface Heartbeat {
  readonly id: string
  /** Must be the target's, if given. */
  readonly clusterId?: string | undefined
  readonly from: 'agent' | 'operator'
}

/**
 * Notes that a target's agent lives: one statement, which asks the rules where the row lies, and no lock is kept. A
 * host's agent is known to live by its own connection; it is answered, and nothing is noted. Throws
 * `deployment-target-not-found`, `forbidden`, `in-use` for another cluster.
 */
export async function noteHeartbeat(
  executor: Executor,
  call: Call,
  beat: Heartbeat,
): Promise<Pick<DeploymentTarget, 'clusterId' | 'name'>> {
  const { where, exact } = filterOf(call.principal, 'update', 'deployment-targets', DEPLOYMENT_TARGET_COLUMNS)
  if (exact) {
    let query = noteAt(executor, beat).where(where)
    if (beat.clusterId !== undefined) query = query.where('cluster_id', '=', beat.clusterId)
    const noted = await query.returning(['name', 'cluster_id as clusterId']).executeTakeFirst()
    if (noted) return noted
  }
  const target = await requireDeploymentTarget(executor, call, beat.id, 'update')
  checkCluster(target, beat.clusterId)
  await noteAt(executor, beat).execute()
  return target
}

function noteAt(executor: Executor, { id, from }: Heartbeat) {
  const now = new Date()
  return executor
    .updateTable('deployment_targets')
    .set(from === 'agent' ? { last_health_check: now } : { last_operator_heartbeat: now })
    .where('id', '=', id)
    .where('target_id', 'is', null)
    .where('deleted_at', 'is', null)
}
