import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { Call } from '../access/index.ts'
import { type RemovalDeps, removeDatabase, waitForRemoval } from '../databases/index.ts'
import { recordEvent } from '../events/index.ts'
import { lockProject } from '../tenancy/index.ts'

/** Databases of the project that are being restored, or that are being copied from elsewhere. */
export async function refuseWhileBusy(tx: Executor, projectId: string, verb: string): Promise<void> {
  const busy = await tx
    .selectFrom('databases')
    .innerJoin('instances', 'instances.database_id', 'databases.id')
    .select(['databases.name', 'databases.state'])
    .where('databases.project_id', '=', projectId)
    .where('databases.deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('databases.state', '=', 'recovering'),
        eb.and([
          eb('databases.state', '=', 'provisioning'),
          eb(eb.ref('databases.source', '->>').key('type'), '!=', 'empty'),
        ]),
      ]),
    )
    .executeTakeFirst()
  if (busy) {
    throw new CroftError(
      'project-busy',
      `The database ${busy.name} is being restored; the project cannot be ${verb} now.`,
      {
        hint: 'Try again when it is ready.',
      },
    )
  }
}

/**
 * Deletes a project with its databases and their data; their backups stay for the time of grace. With `expiredBy` only while it is a temporary
 * one whose time was over by then: it may have been claimed a moment ago. With `empty` it throws `project-busy` while
 * there is a database in it, in quarantine or not. Throws `project-not-found`, `project-busy`.
 */
export async function deleteProject(
  deps: RemovalDeps & { readonly db: Db },
  call: Call,
  id: string,
  only: { expiredBy?: Date; empty?: boolean } = {},
): Promise<void> {
  const removed = await transact(deps.db, async (tx) => {
    const project = await lockProject(tx, call, id, 'delete')
    if (only.expiredBy && !(project.expiresAt && project.expiresAt < only.expiredBy)) return []
    await refuseWhileBusy(tx, id, 'deleted')
    const databases = await tx
      .selectFrom('databases')
      .select(['id', 'name'])
      .where('project_id', '=', id)
      .where('deleted_at', 'is', null)
      .execute()
    if (only.empty && databases.length > 0) {
      throw new CroftError('project-busy', `The project ${project.name} has databases.`, {
        hint: 'Delete them or put them into another project first; those in quarantine count.',
      })
    }
    for (const database of databases) {
      const { workspaceId } = project
      // Nobody is left who would want a temporary one back.
      const keepDays = only.expiredBy ? 0 : deps.defaults.deletedRetentionDays
      await removeDatabase(tx, deps, call, { ...database, workspaceId }, keepDays)
    }
    const now = new Date()
    await tx
      .updateTable('branches')
      .set({ deleted_at: now })
      .where('project_id', '=', id)
      .where('deleted_at', 'is', null)
      .execute()
    await tx.updateTable('projects').set({ deleted_at: now }).where('id', '=', id).execute()
    await recordEvent(tx, call, {
      workspaceId: project.workspaceId,
      action: 'project.deleted',
      subjectType: 'project',
      subjectId: id,
      before: { name: project.name },
    })
    return databases.map((database) => database.id)
  })
  await waitForRemoval(deps.db, deps.signals, removed)
}
