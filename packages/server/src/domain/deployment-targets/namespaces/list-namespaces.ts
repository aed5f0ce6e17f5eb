import { sql } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import type { Call } from '../../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../../sorted-page.ts'
import type { Namespace } from '../entities.ts'
import { requireDeploymentTarget } from '../read-targets.ts'
import { selectNamespaces, toNamespace } from './read-namespaces.ts'

export interface NamespaceFilter {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly status?: string | undefined
}

const COLUMNS = {
  id: sql.raw('namespaces.id'),
  name: sql.raw('namespaces.name'),
  created_at: sql.raw('namespaces.created_at'),
}

/** Of a deployment target. Throws `deployment-target-not-found`. */
export async function listNamespaces(
  executor: Executor,
  call: Call,
  deploymentTargetId: string,
  { id, name, status }: NamespaceFilter,
  page: SortedPageRequest,
): Promise<SortedPage<Namespace>> {
  await requireDeploymentTarget(executor, call, deploymentTargetId)
  let query = selectNamespaces(executor).where('namespaces.deployment_target_id', '=', deploymentTargetId)
  if (id !== undefined) query = query.where('namespaces.id', '=', id)
  if (name !== undefined) query = query.where('namespaces.name', '=', name)
  if (status !== undefined) query = query.where(sql<boolean>`namespaces.status = ${status}`)
  return readSortedPage({ query, columns: COLUMNS, id: sql.raw('namespaces.id'), toItem: toNamespace }, page)
}
