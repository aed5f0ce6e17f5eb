import type { Executor } from '../../platform/db/connect.ts'

/** Makes room for another default branch; the old one becomes a preview. The caller holds the project's lock. */
export async function demoteDefaultBranch(tx: Executor, projectId: string): Promise<void> {
  await tx
    .updateTable('branches')
    .set({ is_default: false, role: 'preview', updated_at: new Date() })
    .where('project_id', '=', projectId)
    .where('is_default', '=', true)
    .where('deleted_at', 'is', null)
    .execute()
}
