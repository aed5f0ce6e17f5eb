import type { Deployment } from './deployment.ts'

export type Health = 'Available' | 'Partially Available' | 'Unavailable' | 'Unknown'

/** What is going on with a deployment, for people who wait for it. */
export type Progress =
  | 'Preparing'
  | 'Restoring'
  | 'Deploying'
  | 'Updating'
  | 'Failed'
  | 'Update Failed'
  | 'Timeout'
  | 'Deployed'

export interface DeploymentStatus {
  readonly health: Health
  readonly progress: Progress
  readonly initialized: 'Yes' | 'No' | 'Pending'
  readonly restoring: boolean
  readonly replicas: number
  readonly readyReplicas: number
  /** Why it is not available, for people. */
  readonly message: string | null
}

/** Official clients give a deployment 15 to 25 minutes. */
const DEPLOY_LIMIT_MS = 900_000

/** How a deployment is, from what is wanted of its server and what the host saw of it last. Pure. */
export function statusOf(deployment: Deployment, now = Date.now()): DeploymentStatus {
  const { nodeCount: replicas, targetStatus } = deployment
  const { progress, serves, message } = situationOf(deployment, now)
  const health = targetStatus === 'unhealthy' ? 'Unknown' : serves ? 'Available' : 'Unavailable'
  return {
    health,
    progress,
    initialized: wasReady(deployment) ? 'Yes' : progress === 'Failed' ? 'No' : 'Pending',
    restoring: progress === 'Restoring',
    replicas,
    readyReplicas: health === 'Available' ? replicas : 0,
    message: health === 'Unknown' ? 'The deployment target is not heard of.' : message,
  }
}

const wasReady = ({ database, state }: Deployment): boolean =>
  database === null ? state === 'created' : database.readyAt !== null

interface Situation {
  readonly progress: Progress
  readonly serves: boolean
  readonly message: string | null
}

function situationOf({ database, state, error, restoreId }: Deployment, now: number): Situation {
  if (database === null) {
    const progress = state === 'failed' ? 'Failed' : state === 'created' ? 'Deployed' : 'Preparing'
    return { progress, serves: false, message: error?.message ?? 'It exists on paper only.' }
  }
  const { observed, stateMessage } = database
  const fault = observed?.fault?.message ?? null
  switch (database.state) {
    case 'provisioning': {
      const isRestored = restoreId !== null || database.source.type !== 'empty'
      const isLate = now - database.createdAt.getTime() > DEPLOY_LIMIT_MS
      const begun = isRestored
        ? 'Restoring'
        : isLate
          ? 'Timeout'
          : observed === null
            ? 'Preparing'
            : 'Deploying'
      return { progress: begun, serves: false, message: fault ?? 'Its server is being made.' }
    }
    case 'recovering':
      return { progress: 'Restoring', serves: false, message: fault ?? 'A backup is being restored to it.' }
    case 'ready': {
      // One that is asleep serves: a connection wakes it.
      const serves = observed === null || (observed.status === 'ready' && !cannotStart(observed))
      if (observed === null || observed.revision >= database.revision) {
        return { progress: 'Deployed', serves, message: serves ? null : fault }
      }
      return { progress: fault === null ? 'Updating' : 'Update Failed', serves, message: fault }
    }
    default:
      return { progress: 'Failed', serves: false, message: stateMessage ?? fault }
  }
}

/** The same fault tells of a change that could not be applied, while the server goes on. */
const cannotStart = ({ fault, power }: { fault?: unknown; power: string }): boolean =>
  fault !== undefined && power !== 'running' && power !== 'asleep'
