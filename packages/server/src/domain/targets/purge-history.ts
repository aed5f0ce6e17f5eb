import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'

/**
 * Deletes what agents reported long ago and nobody reads any more: ended tasks after 30 days, usage after 13
 * months (a year can be compared with the one before). Runs hourly; running it twice is harmless.
 */
export async function purgeHistory(db: Db): Promise<void> {
  await sql`
    delete from agent_tasks where finished_at < now() - interval '30 days'
    and not exists (select from backups where backups.task_id = agent_tasks.id)
    and not exists (select from backups where backups.verification_task_id = agent_tasks.id)
    and not exists (select from restore_points where restore_points.task_id = agent_tasks.id)`.execute(db)
  await sql`delete from usage_samples where at < now() - interval '13 months'`.execute(db)
}
