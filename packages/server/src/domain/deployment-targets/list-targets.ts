import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, requireWorkspace } from '../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import { getProject } from '../tenancy/index.ts'
import { ensureHosts } from './ensure-hosts.ts'
import type { DeploymentTarget } from './entities.ts'
import {
  DEPLOYMENT_TARGET_COLUMNS,
  deploymentTargetFields,
  selectDeploymentTargets,
  toDeploymentTarget,
} from './read-targets.ts'

export interface DeploymentTargetFilter {
  readonly id?: string | undefined
  readonly clusterId?: string | undefined
  readonly name?: string | undefined
}

function selectOf(executor: Executor, workspaceId: string, { id, clusterId, name }: DeploymentTargetFilter) {
  let query = selectDeploymentTargets(executor).where('deployment_targets.workspace_id', '=', workspaceId)
  if (id !== undefined) query = query.where('deployment_targets.id', '=', id)
  if (clusterId !== undefined) query = query.where('deployment_targets.cluster_id', '=', clusterId)
  if (name !== undefined) query = query.where('deployment_targets.name', '=', name)
  return query
}

const SORTED = {
  id: sql.raw<string>('deployment_targets.id'),
  columns: {
    id: sql.raw('deployment_targets.id'),
    name: sql.raw('deployment_targets.name'),
    created_at: sql.raw('deployment_targets.created_at'),
  },
  toItem: toDeploymentTarget,
}

/** A workspace's deployment targets. Throws `workspace-not-found`. */
export async function listDeploymentTargets(
  executor: Executor,
  call: Call,
  workspaceId: string,
  filter: DeploymentTargetFilter,
  page: SortedPageRequest,
): Promise<SortedPage<DeploymentTarget>> {
  await requireWorkspace(executor, call, workspaceId)
  await ensureHosts(executor, workspaceId)
  const { where } = filterOf(call.principal, 'read', 'deployment-targets', DEPLOYMENT_TARGET_COLUMNS)
  const query = selectOf(executor, workspaceId, filter).where(where)
  const isReadable = (found: DeploymentTarget) =>
    isAllowed(call.principal, 'read', 'deployment-targets', deploymentTargetFields(found))
  return readSortedPage({ query, ...SORTED, isReadable }, page)
}

/**
 * Where a project's deployments can go: wherever its workspace's can. Who may read the project may see that, whatever
 * else of the workspace they may not. Throws `project-not-found`.
 */
export async function listProjectTargets(
  executor: Executor,
  call: Call,
  projectId: string,
  filter: DeploymentTargetFilter,
  page: SortedPageRequest,
): Promise<SortedPage<DeploymentTarget>> {
  const { workspace } = await getProject(executor, call, projectId)
  await ensureHosts(executor, workspace.id)
  return readSortedPage({ query: selectOf(executor, workspace.id, filter), ...SORTED }, page)
}
