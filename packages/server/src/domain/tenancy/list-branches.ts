import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Branch, FoundBranch } from './entities.ts'
import { selectBranches, toBranch } from './get-branch.ts'
import { getProject } from './get-project.ts'
import { BRANCH_COLUMNS, branchFields } from './subjects.ts'

export interface BranchFilter {
  readonly projectId: string
  readonly gitName?: string | undefined
  readonly gitNameContains?: string | undefined
  readonly page: PageRequest
}

/** Oldest first. Throws `project-not-found`. */
export async function listBranches(db: Db, call: Call, filter: BranchFilter): Promise<Page<Branch>> {
  await getProject(db, call, filter.projectId)
  const { where, exact } = filterOf(call.principal, 'read', 'branches', BRANCH_COLUMNS)
  const isReadable = (found: FoundBranch) =>
    isAllowed(call.principal, 'read', 'branches', branchFields(found))
  const read = async (after: string | null, limit: number) => {
    const query = select(db, filter, after).where(where).limit(limit)
    return (await query.execute()).map(toBranch)
  }
  return listReadable({ read, exact, isReadable }, filter.page)
}

function select(db: Db, filter: BranchFilter, after: string | null) {
  let query = selectBranches(db).where('branches.project_id', '=', filter.projectId).orderBy('branches.id')
  if (filter.gitName) query = query.where('branches.git_name', '=', filter.gitName)
  if (filter.gitNameContains) {
    const pattern = `%${filter.gitNameContains.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where('branches.git_name', 'like', pattern)
  }
  return after ? query.where('branches.id', '>', after) : query
}
