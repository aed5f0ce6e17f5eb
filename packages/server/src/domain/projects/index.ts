import type { Call } from '../access/index.ts'
import type { CreateDatabaseDeps } from '../databases/index.ts'
import { type CreateProjectInput, createProject } from './create-project.ts'
import { deleteProject } from './delete-project.ts'
import { type Recipient, transferProject } from './transfer-project.ts'
import { updateProject } from './update-project.ts'

export { deleteExpiredProjects } from './delete-expired-projects.ts'

/** Making, renaming, moving and deleting projects with all that is in them. */
export function createProjects(deps: CreateDatabaseDeps & { recipientOf: Recipient }) {
  return {
    createProject: (call: Call, input: CreateProjectInput) => createProject(deps, call, input),
    updateProject: (call: Call, id: string, changes: { name?: string | undefined }) =>
      updateProject(deps.db, call, id, changes),
    deleteProject: (call: Call, id: string) => deleteProject(deps, call, id),
    transferProject: (call: Call, id: string, recipientToken: string) =>
      transferProject(deps, call, id, recipientToken),
  }
}
export type Projects = ReturnType<typeof createProjects>
