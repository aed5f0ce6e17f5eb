import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type Call, isAllowed } from '../access/index.ts'
import { DEFAULT_REGION } from '../targets/index.ts'
import { getProject } from '../tenancy/index.ts'
import { DEFAULT_ENGINE, DEFAULT_SIZE } from './plan-database.ts'

interface Wish {
  readonly projectId: string
  readonly namespaceId?: string | undefined
}

/** A right to a namespace is none to the projects of other workspaces. Throws `not-applicable`. */
export async function assertInWorkspace(
  db: Executor,
  workspaceId: string,
  { namespaceId }: Pick<Wish, 'namespaceId'>,
): Promise<void> {
  if (namespaceId === undefined) return
  const row = await db
    .selectFrom('namespaces')
    .where('id', '=', namespaceId)
    .where('workspace_id', '=', workspaceId)
    .where('deleted_at', 'is', null)
    .select('id')
    .executeTakeFirst()
  if (!row) throw new CroftError('not-applicable', 'There is no namespace with this id in the workspace.')
}

/**
 * The workspace of the project that a new database goes into. The caller must see the project, or be allowed to make
 * databases in the namespace. Throws `project-not-found`, `not-applicable`.
 */
export async function findProject(db: Executor, call: Call, wish: Wish): Promise<string> {
  const { projectId, namespaceId } = wish
  const row =
    namespaceId === undefined
      ? undefined
      : await db
          .selectFrom('projects')
          .innerJoin('namespaces', 'namespaces.workspace_id', 'projects.workspace_id')
          .where('projects.id', '=', projectId)
          .where('projects.deleted_at', 'is', null)
          .where('namespaces.id', '=', namespaceId)
          .where('namespaces.deleted_at', 'is', null)
          .select('projects.workspace_id')
          .executeTakeFirst()
  if (row && namespaceId !== undefined) {
    const { workspace_id: workspaceId } = row
    const where = { id: '', workspaceId, projectId, namespaceId, branchId: null }
    const what = { name: '', engine: DEFAULT_ENGINE, region: DEFAULT_REGION, size: DEFAULT_SIZE }
    if (isAllowed(call.principal, 'create', 'databases', { ...where, ...what })) return workspaceId
  }
  const { workspace } = await getProject(db, call, projectId)
  await assertInWorkspace(db, workspace.id, wish)
  return workspace.id
}
