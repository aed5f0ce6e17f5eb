import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import {
  type DeploymentTarget,
  type Namespace,
  selectDeploymentTargets,
  selectNamespaces,
  toDeploymentTarget,
  toNamespace,
} from '../deployment-targets/index.ts'
import type { Deployment } from './deployment.ts'

/** Where deployments are, by id. */
export interface Places {
  readonly targets: ReadonlyMap<string, DeploymentTarget>
  readonly namespaces: ReadonlyMap<string, Namespace>
}

/** In two queries for all of them. Whoever may see a deployment may see where it is. */
export async function placesOf(db: Executor, deployments: readonly Deployment[]): Promise<Places> {
  const targetIds = [...new Set(deployments.map(({ deploymentTargetId }) => deploymentTargetId))]
  const namespaceIds = [...new Set(deployments.map(({ namespaceId }) => namespaceId))]
  const [targets, namespaces] = await Promise.all([
    selectDeploymentTargets(db)
      .where(sql<boolean>`deployment_targets.id = any(${targetIds}::uuid[])`)
      .execute(),
    selectNamespaces(db).where(sql<boolean>`namespaces.id = any(${namespaceIds}::uuid[])`).execute(),
  ])
  return {
    targets: new Map(targets.map((row) => [row.id, toDeploymentTarget(row)])),
    namespaces: new Map(namespaces.map((row) => [row.id, toNamespace(row)])),
  }
}
