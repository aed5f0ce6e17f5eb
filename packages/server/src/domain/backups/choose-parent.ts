import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'

const LONGEST_LINE = 7
const OLDEST_FULL_DAYS = 7
/** Below it a full backup is made in a second, and restores faster. */
const SMALLEST_FULL_BYTES = 256 * 1024 * 1024

export interface Parent {
  readonly id: string
  readonly key: string
}

/**
 * The backup that the next one of an instance may store only the changes since: the newest in the same target of the
 * archive that goes on now, unless it failed its check, or the line of backups behind it is long, old or not worth it.
 */
export async function chooseParent(
  db: Executor,
  instanceId: string,
  backupTargetId: string | null,
): Promise<Parent | undefined> {
  const { rows } = await sql<Parent & { length: number; pays: boolean; sound: boolean }>`
    with recursive line as (
      (select b.id, b.key, b.parent_id, b.kind, b.size_bytes, b.completed_at, b.found_bad, 1 as place
      from backups b
      join archive_chains c on c.instance_id = b.instance_id and c.chain = b.chain and c.ended_at is null
      where b.instance_id = ${instanceId} and b.state = 'completed'
        and b.backup_target_id is not distinct from ${backupTargetId}
      order by b.completed_at desc limit 1)
      union all
      select b.id, b.key, b.parent_id, b.kind, b.size_bytes, b.completed_at, b.found_bad, line.place + 1
      from line join backups b on b.id = line.parent_id and b.state = 'completed'
      where line.kind = 'incremental'
    )
    select (array_agg(id order by place))[1] as id, (array_agg(key order by place))[1] as key,
      count(*)::int as length, not bool_or(found_bad) as sound,
      coalesce(bool_or(kind = 'full' and size_bytes >= ${SMALLEST_FULL_BYTES}
        and completed_at > now() - make_interval(days => ${OLDEST_FULL_DAYS})), false) as pays
    from line having count(*) > 0`.execute(db)
  const [row] = rows
  if (!row || row.length >= LONGEST_LINE || !row.pays || !row.sound) return undefined
  return { id: row.id, key: row.key }
}
