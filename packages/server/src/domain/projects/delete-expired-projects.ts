import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { systemCall } from '../access/index.ts'
import type { RemovalDeps } from '../databases/index.ts'
import { deleteProject } from './delete-project.ts'

const BATCH = 20

/** Deletes temporary projects whose time is over. Run every minute; what it leaves, the next run takes. */
export async function deleteExpiredProjects(
  deps: RemovalDeps & { readonly db: Db },
  jobId: string,
): Promise<number> {
  const now = new Date()
  const expired = await deps.db
    .selectFrom('projects')
    .select('id')
    .where('expires_at', '<', now)
    .where('deleted_at', 'is', null)
    .orderBy('expires_at')
    .limit(BATCH)
    .execute()
  for (const { id } of expired) {
    try {
      await deleteProject(deps, systemCall('expiry', jobId), id, { expiredBy: now })
    } catch (error) {
      // Claimed, deleted or busy in the meantime: the next run looks again.
      if (!(error instanceof CroftError)) throw error
    }
  }
  return expired.length
}
