import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'

/**
 * Lets go of what plans keep no longer: of each, the jobs that as many newer ones have succeeded after as its history
 * may have, failed ones too. Those that failed their verification are not counted. Answers how many that were.
 */
export async function keepNewest(db: Executor): Promise<number> {
  const { rows } = await sql`
    with ended as (
      select j.id, p.job_history_limit,
        count(*) filter (where b.state = 'completed' and not b.found_bad)
          over (partition by p.id order by j.created_at desc, j.id desc
            rows between unbounded preceding and 1 preceding) as newer
      from backup_plans p
      join backup_jobs j on j.backup_plan_id = p.id and j.deleted_at is null
      left join backups b on b.id = j.backup_id
      where p.job_history_limit is not null and p.deleted_at is null and p.deleting_at is null and not p.local_only
        and (b.state in ('completed', 'failed') or (b.id is null and j.report is not null))
    )
    update backup_jobs j set deleted_at = now()
    from ended where ended.id = j.id and ended.newer >= ended.job_history_limit
    returning j.id`.execute(db)
  return rows.length
}
