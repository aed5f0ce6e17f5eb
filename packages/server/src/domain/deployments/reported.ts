import type { Executor } from '../../platform/db/connect.ts'
import type { Deployment } from './deployment.ts'
import { type DeploymentStatus, type Health, statusOf } from './status.ts'

/** What an agent of somebody else last said of a deployment. */
export interface DeploymentReport {
  readonly id: string
  readonly manifest: Readonly<Record<string, unknown>>
  readonly reportedAt: Date
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Authorizes nothing. */
export async function findReport(db: Executor, deploymentId: string): Promise<DeploymentReport | undefined> {
  const row = await db
    .selectFrom('deployment_manifests')
    .selectAll()
    .where('deployment_id', '=', deploymentId)
    .executeTakeFirst()
  if (!row) return undefined
  const { id, manifest, reported_at: reportedAt, created_at: createdAt, updated_at: updatedAt } = row
  return { id, manifest, reportedAt, createdAt, updatedAt }
}

/** Operators say Healthy, Down and Degraded; the API says the same otherwise since 2023-10-30. */
const HEALTH: Readonly<Record<string, Health>> = {
  Healthy: 'Available',
  Available: 'Available',
  Degraded: 'Partially Available',
  'Partially Available': 'Partially Available',
  Down: 'Unavailable',
  Unavailable: 'Unavailable',
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const countOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise

/** How a deployment is: of one that exists on paper only, what was reported of it. */
export function reportedStatusOf(
  deployment: Deployment,
  report: DeploymentReport | undefined,
  now = Date.now(),
): DeploymentStatus {
  const own = statusOf(deployment, now)
  if (deployment.database !== null || !report) return own
  const { status } = report.manifest
  const told = isObject(status) ? status : {}
  const replicas = countOf(told.replicas, own.replicas)
  const readyReplicas = countOf(told.readyReplicas, 0)
  const counted: Health =
    readyReplicas === 0 ? 'Unavailable' : readyReplicas < replicas ? 'Partially Available' : 'Available'
  const health = own.health === 'Unknown' ? own.health : (HEALTH[String(told.health)] ?? counted)
  const restoring = told.restoring === true
  return {
    health,
    progress: restoring ? 'Restoring' : health === 'Unavailable' ? 'Deploying' : 'Deployed',
    initialized: told.initialized === 'Yes' ? 'Yes' : told.initialized === 'No' ? 'No' : 'Pending',
    ...{ restoring, replicas, readyReplicas },
    message: null,
  }
}
