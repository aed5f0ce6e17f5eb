import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'

/** After a backup that is none for its archive the next is made so much later. */
const RETRY_MINUTES = 10
/** The pause after a failed one doubles, from a minute to this. */
const LONGEST_FAILURE_MINUTES = 60
/** What makes each backup fail its check will hardly go away by itself: the pause doubles with each of them. */
const LONGEST_PAUSE_MINUTES = 24 * 60

/** Databases whose archive goes on from no backup, where none is being made and none was tried a short while ago. */
export async function findBaseless(db: Db): Promise<string[]> {
  const recently = sql`now() - make_interval(mins => ${RETRY_MINUTES})`
  const { rows } = await sql<{ id: string }>`
    select distinct d.id
    from archive_chains c
    join instances i on i.id = c.instance_id
    join databases d on d.id = i.database_id
    where c.ended_at is null and c.base_key is null and d.state = 'ready' and d.deleted_at is null
      and not exists (
        select from backups b where b.database_id = d.id and (
          b.state = 'running'
          or b.state = 'completed' and not b.found_bad and b.instance_id = c.instance_id and b.chain = c.chain
            and b.backup_target_id is not distinct from c.backup_target_id
          -- Made for this chain, yet of none or of another when it ended.
          or b.state = 'completed' and b.trigger = 'chain' and not b.found_bad and b.completed_at > ${recently}
            and b.created_at >= c.recorded_at))
      -- Failed ones for this chain: its target may be away, for a minute or for days.
      and coalesce((
        select max(b.completed_at) + make_interval(mins =>
          least(2 ^ least(count(*) - 1, 10), ${LONGEST_FAILURE_MINUTES})::integer)
        from backups b
        where b.database_id = d.id and b.state = 'failed' and b.trigger = 'chain' and b.created_at >= c.recorded_at
      ) <= now(), true)
      and coalesce((
        select max(coalesce(b.verified_at, b.completed_at)) + make_interval(mins =>
          least(${RETRY_MINUTES} * 2 ^ least(count(*) - 1, 10), ${LONGEST_PAUSE_MINUTES})::integer)
        from backups b
        -- Also of those that were removed since.
        where b.instance_id = c.instance_id and b.chain = c.chain and b.found_bad
      ) <= now(), true)
    order by d.id`.execute(db)
  return rows.map(({ id }) => id)
}
