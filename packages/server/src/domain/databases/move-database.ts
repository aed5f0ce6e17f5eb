import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getProject, lockProject } from '../tenancy/index.ts'
import type { Database } from './entities.ts'
import { getDatabase } from './get-database.ts'
import { rethrowTaken } from './logical-id-taken.ts'
import { databaseFields } from './subjects.ts'

/**
 * Puts a database into another project of its workspace, on no branch there and not as its default. The caller must be
 * able to change it where it is and where it goes. Throws `database-not-found`, `project-not-found`, `forbidden`,
 * `logical-id-taken`, `invalid-input` for a project of another workspace.
 */
export async function moveDatabase(
  db: Db,
  call: Call,
  id: string,
  { projectId }: { projectId: string },
): Promise<Database> {
  return transact(db, async (tx) => {
    const seen = await getDatabase(tx, call, id, 'update')
    await getProject(tx, call, seen.project.id)
    await getProject(tx, call, projectId)
    // In one order, whichever way two moves go.
    for (const project of [...new Set([seen.project.id, projectId])].sort()) {
      await lockProject(tx, call, project, null)
    }
    const before = await getDatabase(tx, call, id, 'update')
    const to = await getProject(tx, call, projectId)
    if (to.workspace.id !== before.workspaceId) {
      throw new CroftError('invalid-input', 'The project is of another workspace.', {
        hint: 'A database moves within its workspace; a whole project can be transferred.',
        fields: [{ path: '/projectId', message: 'must be of the same workspace' }],
      })
    }
    if (before.project.id === projectId) return before
    // Locked is where it was: it may have been moved from there meanwhile.
    if (before.project.id !== seen.project.id) {
      throw new CroftError('project-busy', 'The database is being moved at this moment.', { retryAfter: 1 })
    }
    authorize(call.principal, 'update', 'databases', { ...databaseFields(before), projectId, branchId: null })
    await tx
      .updateTable('databases')
      .set({ project_id: projectId, branch_id: null, is_default: false })
      .where('id', '=', id)
      .execute()
      .catch(rethrowTaken)
    await recordEvent(tx, call, {
      workspaceId: before.workspaceId,
      action: 'database.moved',
      subjectType: 'database',
      subjectId: id,
      before: { projectId: before.project.id },
      after: { projectId },
    })
    return getDatabase(tx, call, id)
  })
}
