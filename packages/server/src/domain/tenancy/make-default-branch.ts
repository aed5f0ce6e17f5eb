import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { demoteDefaultBranch } from './demote-default-branch.ts'
import type { Branch } from './entities.ts'
import { getBranch } from './get-branch.ts'
import { lockProject } from './lock-project.ts'

/** Makes it the project's default and production branch; the one before becomes a preview. */
export async function makeDefaultBranch(db: Db, call: Call, id: string): Promise<Branch> {
  return transact(db, async (tx) => {
    const seen = await getBranch(tx, call, id, 'update')
    await lockProject(tx, call, seen.project.id, null)
    const branch = await getBranch(tx, call, id, 'update')
    if (branch.isDefault) return branch
    await demoteDefaultBranch(tx, branch.project.id)
    await tx
      .updateTable('branches')
      .set({ is_default: true, role: 'production', updated_at: new Date() })
      .where('id', '=', id)
      .execute()
    await recordEvent(tx, call, {
      workspaceId: branch.workspaceId,
      action: 'branch.made-default',
      subjectType: 'branch',
      subjectId: id,
    })
    return getBranch(tx, call, id)
  })
}
