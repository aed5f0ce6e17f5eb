import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { DEFAULT_NAMESPACE, ensureHosts } from './ensure-hosts.ts'
import type { DeploymentTarget, Namespace } from './entities.ts'
import { selectNamespaces, toNamespace } from './namespaces/read-namespaces.ts'
import { selectDeploymentTargets, toDeploymentTarget } from './read-targets.ts'

export interface WantedPlace {
  readonly workspaceId: string
  readonly deploymentTargetId: string
  readonly namespaceId: string
}

export interface Place {
  readonly target: DeploymentTarget
  readonly namespace: Namespace
}

const unfit = (path: string, message: string) =>
  new CroftError(
    'not-applicable',
    `The ${path === '/namespace_id' ? 'namespace' : 'deployment target'} ${message}.`,
    {
      fields: [{ path, message }],
    },
  )

/**
 * Where a new deployment of a workspace goes. Until the transaction ends neither can be deleted; heartbeats go on.
 * Whether the target is healthy, and can what is asked of it, is for the caller to see. Throws `not-applicable` for
 * what is not of the workspace, does not belong together, or takes no deployments.
 */
export async function findPlace(
  executor: Executor,
  { workspaceId, deploymentTargetId, namespaceId }: WantedPlace,
): Promise<Place> {
  const target = await selectDeploymentTargets(executor)
    .where('deployment_targets.id', '=', deploymentTargetId)
    .where('deployment_targets.workspace_id', '=', workspaceId)
    .forKeyShare('deployment_targets')
    .executeTakeFirst()
  if (!target) throw unfit('/deployment_target_id', 'must be one of the tenant')
  const found = await selectNamespaces(executor)
    .where('namespaces.id', '=', namespaceId)
    .where('namespaces.deployment_target_id', '=', deploymentTargetId)
    .forKeyShare('namespaces')
    .executeTakeFirst()
  if (!found) throw unfit('/namespace_id', 'must be one of the deployment target')
  const namespace = toNamespace(found)
  if (namespace.status !== 'available') {
    throw unfit('/namespace_id', `${namespace.name} is not available, so it takes no new deployments`)
  }
  return { target: toDeploymentTarget(target), namespace }
}

/** Where a database that names no namespace belongs: the view of its host, and `default` there. */
export async function defaultPlace(
  executor: Executor,
  workspaceId: string,
  targetId: string,
): Promise<{ readonly deploymentTargetId: string; readonly namespaceId: string }> {
  const find = () =>
    executor
      .selectFrom('deployment_targets')
      .innerJoin('namespaces', 'namespaces.deployment_target_id', 'deployment_targets.id')
      .select(['deployment_targets.id as deploymentTargetId', 'namespaces.id as namespaceId'])
      .where('deployment_targets.workspace_id', '=', workspaceId)
      .where('deployment_targets.target_id', '=', targetId)
      .where('deployment_targets.deleted_at', 'is', null)
      .where('namespaces.name', '=', DEFAULT_NAMESPACE)
      .where('namespaces.deleted_at', 'is', null)
  const known = await find().executeTakeFirst()
  if (known) return known
  await ensureHosts(executor, workspaceId)
  return find().executeTakeFirstOrThrow()
}
