import type { Executor } from '../../../platform/db/connect.ts'
import type { Deployment } from '../deployment.ts'
import { type DeploymentEvent, MOST_EVENTS } from './deployment-event.ts'

/** What the trail's entries of a database mean to those who look at their deployment. */
const MEANING: Readonly<Record<string, string>> = {
  'database.created': 'The deployment was ordered.',
  'database.ready': 'The deployment is ready for connections.',
  'database.failed': 'The deployment could not be made.',
  'database.updated': 'The deployment was changed.',
  'database.moved': 'The deployment has gone to another project.',
  'database.deleted': 'The deployment is being deleted.',
  'database.quarantined': 'The deployment was put in quarantine.',
  'database.released': 'The deployment was released from quarantine.',
  'database.restore-started': 'The deployment is being put back to an earlier state.',
  'database.restored': 'The deployment was put back to an earlier state.',
  'database.restore-failed': 'The deployment could not be put back; it is as before.',
  'instance.woke': 'The server was started for a connection.',
  'instance.slept': 'The server was stopped, since nobody used it.',
  'instance.crashed': 'The server ended by itself.',
  'instance.restarted': 'The server was started again.',
  'instance.corrupted': 'The server found a page whose checksum is wrong.',
  'instance.storage-full': 'The storage is used up: writes are refused until there is room, or more of it.',
  'instance.storage-free': 'There is room again: writes are taken.',
  'archive.lagging': 'Changes are not archived as fast as they are made.',
  'archive.caught-up': 'All changes are archived again.',
  'archive.broken': 'Changes were lost before they were archived; a new chain began.',
}
const WARNINGS = /failed|crashed|corrupted|full|lagging|broken/

/** `database.restore-failed` as Kubernetes writes reasons: `DatabaseRestoreFailed`. */
const reasonOf = (action: string): string =>
  action.replaceAll(/(?:^|[.-])([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** What happened to the database behind a deployment, newest first; by whom is for the trail. */
export async function listLifecycle(
  executor: Executor,
  deployment: Deployment,
): Promise<readonly DeploymentEvent[]> {
  if (deployment.database === null) return []
  const rows = await executor
    .selectFrom('events')
    .select(['id', 'at', 'action'])
    .where('subject_id', '=', deployment.id)
    .where('subject_type', '=', 'database')
    .where('action', 'in', Object.keys(MEANING))
    .orderBy('id', 'desc')
    .limit(MOST_EVENTS)
    .execute()
  return rows.map(({ id, at, action }) => ({
    deploymentId: deployment.id,
    deploymentTargetId: deployment.deploymentTargetId,
    name: `${deployment.clusterResourceName}.${id.replaceAll('-', '')}`,
    namespace: deployment.namespaceName,
    type: WARNINGS.test(action) ? 'Warning' : 'Normal',
    reason: reasonOf(action),
    message: MEANING[action] ?? action,
    count: 1,
    action,
    resourceKind: action.startsWith('database') ? 'Database' : 'Instance',
    resourceName: deployment.clusterResourceName,
    at,
  }))
}
