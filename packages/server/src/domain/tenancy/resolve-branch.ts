import type { Executor } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { insertBranch } from './insert-branch.ts'

/**
 * The branch a database goes on: by id, by name (made when missing), else the project's default one, if it has
 * any. The caller holds the project's lock. Throws `branch-not-found`, `forbidden`.
 */
export async function resolveBranch(
  tx: Executor,
  call: Call,
  wanted: {
    workspaceId: string
    projectId: string
    branchId?: string | undefined
    branchName?: string | undefined
  },
): Promise<string | null> {
  const branches = await tx
    .selectFrom('branches')
    .select(['id', 'git_name', 'is_default'])
    .where('project_id', '=', wanted.projectId)
    .where('deleted_at', 'is', null)
    .execute()
  if (wanted.branchId !== undefined) {
    if (branches.some((branch) => branch.id === wanted.branchId)) return wanted.branchId
    throw new CroftError('branch-not-found', 'There is no branch with this id in the project.')
  }
  if (wanted.branchName === undefined) return branches.find((branch) => branch.is_default)?.id ?? null
  const known = branches.find((branch) => branch.git_name === wanted.branchName)
  if (known) return known.id
  const isDefault = branches.length === 0
  const { workspaceId, projectId, branchName: gitName } = wanted
  // A right to make databases is none to make branches along the way.
  const role = isDefault ? 'production' : 'preview'
  authorize(call.principal, 'create', 'branches', { id: '', workspaceId, projectId, gitName, role })
  return insertBranch(tx, call, { workspaceId, projectId, gitName, isDefault })
}
