import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { demoteDefaultBranch } from './demote-default-branch.ts'
import type { Branch } from './entities.ts'
import { getBranch } from './get-branch.ts'
import { insertBranch } from './insert-branch.ts'
import { lockProject } from './lock-project.ts'

/** Throws `project-not-found`, `branch-name-taken`. A project's first branch is its default one. */
export async function createBranch(
  db: Db,
  call: Call,
  input: { projectId: string; gitName: string; isDefault?: boolean | undefined },
): Promise<Branch> {
  return transact(db, async (tx) => {
    const { workspaceId } = await lockProject(tx, call, input.projectId, 'read')
    authorize(call.principal, 'create', 'branches', {
      id: '',
      workspaceId,
      projectId: input.projectId,
      gitName: input.gitName,
      role: input.isDefault ? 'production' : 'preview',
    })
    const earlier = await madeBefore(tx, call, 'branches')
    if (earlier) return getBranch(tx, call, earlier)
    const others = await tx
      .selectFrom('branches')
      .select(['git_name'])
      .where('project_id', '=', input.projectId)
      .where('deleted_at', 'is', null)
      .execute()
    if (others.some((branch) => branch.git_name === input.gitName)) {
      throw new CroftError('branch-name-taken', `The project already has a branch ${input.gitName}.`)
    }
    const isDefault = others.length === 0 || input.isDefault === true
    if (isDefault) await demoteDefaultBranch(tx, input.projectId)
    const id = await insertBranch(tx, call, {
      id: call.resourceId,
      workspaceId,
      projectId: input.projectId,
      gitName: input.gitName,
      isDefault,
    })
    return getBranch(tx, call, id)
  })
}
