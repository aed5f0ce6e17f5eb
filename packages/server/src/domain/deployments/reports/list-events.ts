import type { Executor } from '../../../platform/db/connect.ts'
import type { Call } from '../../access/index.ts'
import { requireDeployment } from '../require-deployment.ts'
import { type DeploymentEvent, MOST_EVENTS } from './deployment-event.ts'
import { listLifecycle } from './lifecycle.ts'
import type { StoredEvent } from './upload-events.ts'

/**
 * What happened to a deployment, newest first: what its target reported and, of a database on a host, what the trail
 * has of it. Throws `database-not-found`.
 */
export async function listDeploymentEvents(
  executor: Executor,
  call: Call,
  deploymentId: string,
): Promise<readonly DeploymentEvent[]> {
  const deployment = await requireDeployment(executor, call, deploymentId)
  const reported = await executor
    .selectFrom('deployment_events')
    .select(['deployment_id', 'deployment_target_id', 'name', 'event', 'at'])
    .where('deployment_id', '=', deployment.id)
    .orderBy('at', 'desc')
    .orderBy('name')
    .limit(MOST_EVENTS)
    .execute()
  const events: DeploymentEvent[] = reported.map((row) => ({
    // As `uploadEvents` wrote it.
    ...(row.event as unknown as StoredEvent),
    deploymentId: row.deployment_id,
    deploymentTargetId: row.deployment_target_id,
    name: row.name,
    at: row.at,
  }))
  return [...events, ...(await listLifecycle(executor, deployment))]
    .sort((one, other) => other.at.getTime() - one.at.getTime())
    .slice(0, MOST_EVENTS)
}
