import type { Call } from '../access/index.ts'
import type { CreateDatabaseDeps } from '../databases/index.ts'
import { type CreateProjectInput, createProject } from './create-project.ts'
import { deleteProject } from './delete-project.ts'
import { type Recipient, transferProject } from './transfer-project.ts'
import { unassignedProject } from './unassigned-project.ts'
import { type ProjectChanges, updateProject } from './update-project.ts'
import { whichUnassigned } from './which-unassigned.ts'

export { deleteExpiredProjects } from './delete-expired-projects.ts'
export { UNASSIGNED } from './unassigned-project.ts'

/** Making, renaming, moving and deleting projects with all that is in them. */
export function createProjects(deps: CreateDatabaseDeps & { recipientOf: Recipient }) {
  return {
    createProject: (call: Call, input: CreateProjectInput) => createProject(deps, call, input),
    updateProject: (call: Call, id: string, changes: ProjectChanges) =>
      updateProject(deps.db, call, id, changes),
    deleteProject: (call: Call, id: string, only?: { empty: boolean }) => deleteProject(deps, call, id, only),
    unassignedProject: (call: Call, workspaceId: string) => unassignedProject(deps.db, call, workspaceId),
    whichUnassigned: (ids: readonly string[]) => whichUnassigned(deps.db, ids),
    transferProject: (call: Call, id: string, recipientToken: string) =>
      transferProject(deps, call, id, recipientToken),
  }
}
export type Projects = ReturnType<typeof createProjects>
