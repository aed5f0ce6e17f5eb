import { type Db, type Executor, transact } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { authorize, type Call, checkName, madeBefore, requireWorkspace } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { ensureHosts } from './ensure-hosts.ts'
import type { DeploymentTarget } from './entities.ts'
import { requireDeploymentTarget, selectDeploymentTargets, toDeploymentTarget } from './read-targets.ts'

export interface NewDeploymentTarget {
  readonly workspaceId: string
  readonly name: string
  /** Whatever tells clusters apart, as the agent repeats it: the uid of the namespace kube-system. */
  readonly clusterId: string
  readonly tlsRequired?: boolean | undefined
  readonly tlsIssuer?: string | undefined
  readonly agentVersion?: string | undefined
}

/**
 * Adds a cluster whose agent will report; unhealthy until it sends a heartbeat. The one that the workspace knows by the
 * same cluster id is answered as it is: agents ask again whenever they start. Throws `workspace-not-found`, `forbidden`,
 * `invalid-input`.
 */
export async function createDeploymentTarget(
  db: Db,
  call: Call,
  { workspaceId, tlsRequired = false, tlsIssuer = '', agentVersion, ...given }: NewDeploymentTarget,
): Promise<DeploymentTarget> {
  await requireWorkspace(db, call, workspaceId)
  const name = checkName(given.name)
  const { clusterId } = given
  authorize(call.principal, 'create', 'deployment-targets', { id: '', workspaceId, name })
  return transact(db, async (tx) => {
    // A host must not be taken for a new cluster.
    await ensureHosts(tx, workspaceId)
    const { resourceId: id = newId() } = call
    const earlier = await madeBefore(tx, call, 'deployment_targets')
    if (earlier) return requireDeploymentTarget(tx, call, earlier)
    const made = await tx
      .insertInto('deployment_targets')
      .values({
        ...{ id, name, workspace_id: workspaceId, cluster_id: clusterId },
        ...{ tls_required: tlsRequired, tls_issuer: tlsIssuer === '' ? null : tlsIssuer },
        metadata: agentVersion === undefined ? null : { teleport_agent_version: agentVersion },
      })
      .onConflict((known) => known.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made) {
      await recordEvent(tx, call, {
        ...{ workspaceId, action: 'deployment-target.created' },
        ...{ subjectType: 'deployment-target', subjectId: id },
        after: { name, clusterId },
      })
    }
    return find(tx, workspaceId, clusterId)
  })
}

async function find(executor: Executor, workspaceId: string, clusterId: string): Promise<DeploymentTarget> {
  const row = await selectDeploymentTargets(executor)
    .where('deployment_targets.workspace_id', '=', workspaceId)
    .where('deployment_targets.cluster_id', '=', clusterId)
    .executeTakeFirstOrThrow()
  return toDeploymentTarget(row)
}
