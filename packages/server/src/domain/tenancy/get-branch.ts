import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { FoundBranch } from './entities.ts'
import { branchFields } from './subjects.ts'

export function selectBranches(db: Executor) {
  return db
    .selectFrom('branches')
    .innerJoin('projects', 'projects.id', 'branches.project_id')
    .where('branches.deleted_at', 'is', null)
    .where('projects.deleted_at', 'is', null)
    .selectAll('branches')
    .select(['projects.name as project_name', 'projects.workspace_id'])
}

type Row = Awaited<ReturnType<ReturnType<typeof selectBranches>['execute']>>[number]

export const toBranch = (row: Row): FoundBranch => ({
  id: row.id,
  workspaceId: row.workspace_id,
  project: { id: row.project_id, name: row.project_name },
  gitName: row.git_name,
  isDefault: row.is_default,
  role: row.role,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const NOT_FOUND = {
  code: 'branch-not-found',
  message: 'There is no branch with this id, or it is not accessible.',
} as const

/** The branch, if the caller may do this to it. Throws `branch-not-found`, `forbidden`. */
export async function getBranch(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<FoundBranch> {
  const row = await selectBranches(db).where('branches.id', '=', id).executeTakeFirst()
  return authorizeFound(call.principal, action, 'branches', row && toBranch(row), branchFields, NOT_FOUND)
}
