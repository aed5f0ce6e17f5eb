import type { Db } from '../../platform/db/connect.ts'
import { type Call, readableWorkspaces } from '../access/index.ts'
import { type Page, type PageRequest, toPage } from '../page.ts'
import type { Project } from './entities.ts'
import { selectProjects, toProject } from './read-projects.ts'

export interface ProjectFilter {
  readonly workspaceId?: string | undefined
  readonly logicalId?: string | undefined
  readonly page: PageRequest
}

/** Oldest first, of the workspaces that the caller may read. */
export async function listProjects(db: Db, call: Call, filter: ProjectFilter): Promise<Page<Project>> {
  const workspaces = readableWorkspaces(call.principal)
  const { page } = filter
  let query = selectProjects(db)
    .orderBy('projects.id')
    .limit(page.limit + 1)
  if (workspaces !== 'all') query = query.where('projects.workspace_id', 'in', [...workspaces])
  if (filter.workspaceId) query = query.where('projects.workspace_id', '=', filter.workspaceId)
  if (filter.logicalId) query = query.where('projects.logical_id', '=', filter.logicalId)
  if (page.after) query = query.where('projects.id', '>', page.after)
  return toPage((await query.execute()).map(toProject), page.limit)
}
