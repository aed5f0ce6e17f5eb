import { CroftError } from '../../platform/errors/index.ts'
import type { DeploymentTarget } from './entities.ts'

/** Throws `in-use` when a report comes from another cluster than the one that joined as this target. */
export function checkCluster({ clusterId }: DeploymentTarget, reported: string | undefined): void {
  if (reported === undefined || reported === clusterId) return
  throw new CroftError('in-use', 'This deployment target is used by another cluster.', {
    hint: 'Make a deployment target of its own for this cluster_id.',
    fields: [{ path: '/cluster_id', message: 'must be the one that the target was made with' }],
  })
}

/** Throws `not-applicable` for hosts: what they are, their own agent says, and no report overwrites it. */
export function assertReports({ targetId }: DeploymentTarget): void {
  if (targetId === null) return
  throw new CroftError(
    'not-applicable',
    'This deployment target is a host: its own agent reports what it is.',
  )
}
