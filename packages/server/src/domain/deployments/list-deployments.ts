import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { requireProject } from '../accounts/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import type { Deployment, DeploymentState } from './deployment.ts'
import { ensureDeployments } from './ensure-deployments.ts'
import { NAME, STATE, selectDeployments, toDeployment } from './read-deployments.ts'
import { DEPLOYMENT_COLUMNS, deploymentFields } from './subjects.ts'

export interface DeploymentFilter {
  readonly projectId: string
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly clusterResourceName?: string | undefined
  readonly dataServiceId?: string | undefined
  readonly deploymentTargetId?: string | undefined
  readonly namespaceId?: string | undefined
  readonly imageId?: string | undefined
  readonly state?: DeploymentState | undefined
}

const COLUMNS = {
  id: sql`deployments.id`,
  name: sql`${NAME}`,
  cluster_resource_name: sql`deployments.cluster_resource_name`,
  created_at: sql`deployments.created_at`,
}
/** What lists may be sorted by. */
export const DEPLOYMENT_SORTS = Object.keys(COLUMNS)

/** The deployments of a project that the caller may read. Throws `project-not-found`, `forbidden`. */
export async function listDeployments(
  db: Db,
  call: Call,
  filter: DeploymentFilter,
  page: SortedPageRequest,
): Promise<SortedPage<Deployment>> {
  const { projectId } = filter
  await requireProject(db, call, projectId)
  await ensureDeployments(db, { projectId })
  const readable = filterOf(call.principal, 'read', 'databases', DEPLOYMENT_COLUMNS)
  let query = selectDeployments(db)
    // Both: the index is on the first, and the second is where the database is now.
    .where('deployments.project_id', '=', projectId)
    .where('projects.id', '=', projectId)
    .where(readable.where)
  if (filter.id !== undefined) query = query.where('deployments.id', '=', filter.id)
  if (filter.name !== undefined) query = query.where(NAME, '=', filter.name)
  if (filter.clusterResourceName !== undefined)
    query = query.where('deployments.cluster_resource_name', '=', filter.clusterResourceName)
  if (filter.dataServiceId !== undefined)
    query = query.where('deployments.data_service_id', '=', filter.dataServiceId)
  if (filter.deploymentTargetId !== undefined)
    query = query.where('deployments.deployment_target_id', '=', filter.deploymentTargetId)
  if (filter.namespaceId !== undefined)
    query = query.where('deployments.namespace_id', '=', filter.namespaceId)
  if (filter.imageId !== undefined) query = query.where('deployments.image_id', '=', filter.imageId)
  if (filter.state !== undefined) query = query.where(STATE, '=', filter.state)
  return readSortedPage(
    {
      query,
      columns: COLUMNS,
      id: sql<string>`deployments.id`,
      toItem: toDeployment,
      ...(readable.exact
        ? {}
        : {
            isReadable: (item: Deployment) =>
              isAllowed(call.principal, 'read', 'databases', deploymentFields(item)),
          }),
    },
    page,
  )
}
