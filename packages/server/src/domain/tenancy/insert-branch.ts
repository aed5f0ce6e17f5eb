import type { Executor } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'

/** Writes a branch; a default one is a production one, the rest are previews. Returns its id. */
export async function insertBranch(
  tx: Executor,
  call: Call,
  branch: {
    id?: string | undefined
    workspaceId: string
    projectId: string
    gitName: string
    isDefault: boolean
  },
): Promise<string> {
  const { id = newId() } = branch
  await tx
    .insertInto('branches')
    .values({
      id,
      project_id: branch.projectId,
      git_name: branch.gitName,
      is_default: branch.isDefault,
      role: branch.isDefault ? 'production' : 'preview',
    })
    .execute()
  await recordEvent(tx, call, {
    workspaceId: branch.workspaceId,
    action: 'branch.created',
    subjectType: 'branch',
    subjectId: id,
    after: { gitName: branch.gitName, projectId: branch.projectId, isDefault: branch.isDefault },
  })
  return id
}
