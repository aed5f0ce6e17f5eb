import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { Branch } from './entities.ts'
import { selectBranches, toBranch } from './get-branch.ts'
import { getProject } from './get-project.ts'

export interface BranchFilter {
  readonly projectId: string
  readonly gitName?: string | undefined
  readonly gitNameContains?: string | undefined
  readonly page: PageRequest
}

/** Oldest first. Throws `project-not-found`. */
export async function listBranches(db: Db, call: Call, filter: BranchFilter): Promise<Page<Branch>> {
  await getProject(db, call, filter.projectId)
  const { page } = filter
  let query = selectBranches(db)
    .where('branches.project_id', '=', filter.projectId)
    .orderBy('branches.id')
    .limit(page.limit + 1)
  if (filter.gitName) query = query.where('branches.git_name', '=', filter.gitName)
  if (filter.gitNameContains) {
    const pattern = `%${filter.gitNameContains.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where('branches.git_name', 'like', pattern)
  }
  if (page.after) query = query.where('branches.id', '>', page.after)
  return toPage((await query.execute()).map(toBranch), page.limit)
}
