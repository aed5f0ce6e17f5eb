import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getBranch } from './get-branch.ts'
import { lockProject } from './lock-project.ts'

/** Throws `branch-protected` for the default one, `branch-in-use` while databases are on it. */
export async function deleteBranch(db: Db, call: Call, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const seen = await getBranch(tx, call, id, 'delete')
    await lockProject(tx, call, seen.project.id, null)
    const branch = await getBranch(tx, call, id, 'delete')
    if (branch.isDefault || branch.role === 'production') {
      throw new CroftError('branch-protected', 'The default branch of a project cannot be deleted.', {
        hint: 'Make another branch the default first.',
      })
    }
    const member = await tx
      .selectFrom('databases')
      .select('name')
      .where('branch_id', '=', id)
      .where('deleted_at', 'is', null)
      .where('quarantined_at', 'is', null)
      .executeTakeFirst()
    if (member) {
      throw new CroftError('branch-in-use', `The database ${member.name} is on this branch.`, {
        hint: 'Delete its databases or move them to another branch first.',
      })
    }
    // Those in quarantine are on no branch when they are released.
    await tx.updateTable('databases').set({ branch_id: null }).where('branch_id', '=', id).execute()
    await tx.updateTable('branches').set({ deleted_at: new Date() }).where('id', '=', id).execute()
    await recordEvent(tx, call, {
      workspaceId: branch.workspaceId,
      action: 'branch.deleted',
      subjectType: 'branch',
      subjectId: id,
      before: { gitName: branch.gitName },
    })
  })
}
