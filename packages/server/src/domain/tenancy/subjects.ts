import { sql } from 'kysely'
import type { Columns, Subjects } from '../access/index.ts'
import type { FoundBranch, Project, Workspace } from './entities.ts'

export const ORGANIZATION_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('organizations.id') },
}

/** What rules may ask of a workspace. */
export const workspaceFields = (workspace: Workspace): Subjects['workspaces'] => ({
  id: workspace.id,
  organizationId: workspace.organizationId,
  name: workspace.name,
})

export const WORKSPACE_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('workspaces.id') },
  organizationId: { type: 'uuid', sql: sql.ref('workspaces.organization_id') },
  name: { type: 'text', sql: sql.ref('workspaces.name') },
}

/** What rules may ask of a project. */
export const projectFields = (project: Project): Subjects['projects'] => ({
  id: project.id,
  workspaceId: project.workspace.id,
  name: project.name,
})

export const PROJECT_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('projects.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  name: { type: 'text', sql: sql.ref('projects.name') },
}

/** What rules may ask of a branch. */
export const branchFields = (branch: FoundBranch): Subjects['branches'] => ({
  id: branch.id,
  workspaceId: branch.workspaceId,
  projectId: branch.project.id,
  gitName: branch.gitName,
  role: branch.role,
})

export const BRANCH_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('branches.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('projects.workspace_id') },
  projectId: { type: 'uuid', sql: sql.ref('branches.project_id') },
  gitName: { type: 'text', sql: sql.ref('branches.git_name') },
  role: { type: 'text', sql: sql.ref('branches.role') },
}
