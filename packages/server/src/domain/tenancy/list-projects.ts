import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed } from '../access/index.ts'
import { listReadable } from '../list-readable.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Project } from './entities.ts'
import { selectProjects, toProject } from './read-projects.ts'
import { PROJECT_COLUMNS, projectFields } from './subjects.ts'

export interface ProjectFilter {
  readonly workspaceId?: string | undefined
  readonly logicalId?: string | undefined
  readonly page: PageRequest
}

/** Oldest first, those that the caller may read. */
export async function listProjects(db: Db, call: Call, filter: ProjectFilter): Promise<Page<Project>> {
  const { where, exact } = filterOf(call.principal, 'read', 'projects', PROJECT_COLUMNS)
  async function read(after: string | null, limit: number): Promise<Project[]> {
    let query = selectProjects(db).where(where).orderBy('projects.id').limit(limit)
    if (filter.workspaceId) query = query.where('projects.workspace_id', '=', filter.workspaceId)
    if (filter.logicalId) query = query.where('projects.logical_id', '=', filter.logicalId)
    if (after) query = query.where('projects.id', '>', after)
    return (await query.execute()).map(toProject)
  }
  const isReadable = (found: Project) => isAllowed(call.principal, 'read', 'projects', projectFields(found))
  return listReadable({ read, exact, isReadable }, filter.page)
}
