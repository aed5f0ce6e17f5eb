import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getProject, getWorkspace, type Project } from '../tenancy/index.ts'

/** Logical id of the project for databases that nobody has put into one. */
export const UNASSIGNED = 'croft:unassigned'

/**
 * The project of a workspace for databases without one; it is made when it is first asked for, by whoever may read the
 * workspace, for it holds nothing by itself. Throws `workspace-not-found`, `project-not-found` for who may not read it.
 */
export async function unassignedProject(db: Db, call: Call, workspaceId: string): Promise<Project> {
  await getWorkspace(db, call, workspaceId)
  const find = () =>
    db
      .selectFrom('projects')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('logical_id', '=', UNASSIGNED)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
  const found = (await find()) ?? (await make(db, call, workspaceId)) ?? (await find())
  return getProject(db, call, found?.id ?? newId())
}

/** Undefined when somebody else has just made it. */
async function make(db: Db, call: Call, workspaceId: string): Promise<{ id: string } | undefined> {
  const name = 'Unassigned'
  return transact(db, async (tx) => {
    const made = await tx
      .insertInto('projects')
      .values({ id: newId(), workspace_id: workspaceId, name, logical_id: UNASSIGNED, expires_at: null })
      .onConflict((same) => same.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made) {
      await recordEvent(tx, call, {
        workspaceId,
        action: 'project.created',
        subjectType: 'project',
        subjectId: made.id,
        after: { name, logicalId: UNASSIGNED },
      })
    }
    return made
  })
}
