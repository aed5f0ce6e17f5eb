import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call, isAllowed } from '../access/index.ts'
import { refuse } from './check-wish.ts'
import type { DeploymentWish } from './deployment-wish.ts'

/**
 * The project that a deployment goes into when none is named: the oldest of the namespace's workspace in which the caller
 * may make it. Throws `not-applicable` for a namespace that the caller knows nothing of, `forbidden`.
 */
export async function findProjectFor(
  executor: Executor,
  { principal }: Call,
  { namespaceId, name }: Pick<DeploymentWish, 'namespaceId' | 'name'>,
  engine: string,
): Promise<string> {
  const projects = await executor
    .selectFrom('namespaces')
    .innerJoin('projects', 'projects.workspace_id', 'namespaces.workspace_id')
    .where('namespaces.id', '=', namespaceId)
    .where('namespaces.deleted_at', 'is', null)
    .where('projects.deleted_at', 'is', null)
    .orderBy('projects.created_at')
    .orderBy('projects.id')
    .select(['projects.id', 'projects.workspace_id', 'projects.name'])
    .execute()
  const fieldsIn = (project: (typeof projects)[number]) => ({
    ...{ id: '', name, engine, region: '', size: '', branchId: null },
    workspaceId: project.workspace_id,
    projectId: project.id,
    namespaceId,
  })
  const found = projects.find((project) => isAllowed(principal, 'create', 'databases', fieldsIn(project)))
  if (found) return found.id
  const seen = projects.find((project) => {
    const { id, workspace_id: workspaceId, name } = project
    return (
      isAllowed(principal, 'read', 'projects', { id, workspaceId, name }) ||
      isAllowed(principal, 'read', 'databases', fieldsIn(project))
    )
  })
  if (!seen) refuse('namespace_id', 'There is no namespace with this id.')
  authorize(principal, 'create', 'databases', fieldsIn(seen))
  throw new CroftError('forbidden', 'This credential may not create databases here.')
}
