import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Call } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import { getProject, lockProject, type Project } from '../tenancy/index.ts'
import { holdProjectName } from './hold-project-name.ts'

export interface ProjectChanges {
  readonly name?: string | undefined
  /** Refuses the name of another project of the workspace. */
  readonly uniqueName?: boolean | undefined
}

/** Throws `project-not-found`, `name-taken`. */
export async function updateProject(
  db: Db,
  call: Call,
  id: string,
  changes: ProjectChanges,
): Promise<Project> {
  return transact(db, async (tx) => {
    const before = await lockProject(tx, call, id, 'update')
    const name = changes.name ?? before.name
    if (name !== before.name) {
      if (changes.uniqueName) await holdProjectName(tx, { workspaceId: before.workspaceId, name })
      await tx.updateTable('projects').set({ name, updated_at: new Date() }).where('id', '=', id).execute()
      await recordEvent(tx, call, {
        workspaceId: before.workspaceId,
        action: 'project.updated',
        subjectType: 'project',
        subjectId: id,
        before: { name: before.name },
        after: { name },
      })
    }
    return getProject(tx, call, id)
  })
}
