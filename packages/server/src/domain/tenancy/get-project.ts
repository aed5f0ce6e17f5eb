import type { Executor } from '../../platform/db/connect.ts'
import { type Action, authorizeFound, type Call } from '../access/index.ts'
import type { Project } from './entities.ts'
import { selectProjects, toProject } from './read-projects.ts'
import { projectFields } from './subjects.ts'

export const PROJECT_NOT_FOUND = {
  code: 'project-not-found',
  message: 'There is no project with this id, or it is not accessible.',
} as const

/** The project, if the caller may do this to it. Throws `project-not-found`, `forbidden`. */
export async function getProject(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
): Promise<Project> {
  const row = await selectProjects(db).where('projects.id', '=', id).executeTakeFirst()
  return authorizeFound(
    call.principal,
    action,
    'projects',
    row && toProject(row),
    projectFields,
    PROJECT_NOT_FOUND,
  )
}
