import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { WhichPage } from '../aliases/index.ts'
import type { PageRequest } from '../page.ts'
import { createBranch } from './create-branch.ts'
import { createOrganization } from './create-organization.ts'
import { createWorkspace } from './create-workspace.ts'
import { deleteBranch } from './delete-branch.ts'
import { getBranch } from './get-branch.ts'
import { getOrganization } from './get-organization.ts'
import { getProject } from './get-project.ts'
import { getWorkspace } from './get-workspace.ts'
import { listBranches } from './list-branches.ts'
import { listOrganizations } from './list-organizations.ts'
import { listProjects } from './list-projects.ts'
import { listWorkspaces } from './list-workspaces.ts'
import { makeDefaultBranch } from './make-default-branch.ts'
import { pageProjects } from './page-projects.ts'
import { pageWorkspaces } from './page-workspaces.ts'

export type { Branch, Organization, Project, Workspace } from './entities.ts'
export { getProject } from './get-project.ts'
export { getWorkspace } from './get-workspace.ts'
export { insertBranch } from './insert-branch.ts'
export { type LockedProject, lockProject } from './lock-project.ts'
export { resolveBranch } from './resolve-branch.ts'
export {
  ORGANIZATION_COLUMNS,
  PROJECT_COLUMNS,
  WORKSPACE_COLUMNS,
} from './subjects.ts'

type Input<Use extends (db: Db, call: Call, input: never) => unknown> = Parameters<Use>[2]

/** Workspaces, branches, and reading projects; `domain/projects` makes, moves and deletes projects. */
export function createTenancy({ db }: { db: Db }) {
  return {
    listOrganizations: (call: Call, page: PageRequest) => listOrganizations(db, call, page),
    getOrganization: (call: Call, id: string) => getOrganization(db, call, id),
    createOrganization: (call: Call, input: { name: string }) => createOrganization(db, call, input),
    listWorkspaces: (call: Call, input: Input<typeof listWorkspaces>) => listWorkspaces(db, call, input),
    getWorkspace: (call: Call, id: string) => getWorkspace(db, call, id),
    createWorkspace: (call: Call, input: Input<typeof createWorkspace>) => createWorkspace(db, call, input),
    listProjects: (call: Call, input: Input<typeof listProjects>) => listProjects(db, call, input),
    pageProjects: (call: Call, which: WhichPage, filter: Parameters<typeof pageProjects>[3]) =>
      pageProjects(db, call, which, filter),
    pageWorkspaces: (call: Call, which: WhichPage) => pageWorkspaces(db, call, which),
    getProject: (call: Call, id: string) => getProject(db, call, id),
    listBranches: (call: Call, input: Input<typeof listBranches>) => listBranches(db, call, input),
    createBranch: (call: Call, input: Input<typeof createBranch>) => createBranch(db, call, input),
    getBranch: (call: Call, id: string) => getBranch(db, call, id),
    makeDefaultBranch: (call: Call, id: string) => makeDefaultBranch(db, call, id),
    deleteBranch: (call: Call, id: string) => deleteBranch(db, call, id),
  }
}
export type Tenancy = ReturnType<typeof createTenancy>
