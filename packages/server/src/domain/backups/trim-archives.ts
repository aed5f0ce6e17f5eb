import { sql } from 'kysely'
import type { Db, Executor } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import type { Signals } from '../../platform/signals/index.ts'
import { askTrim, type ChainToRemove } from './ask-removal.ts'
import { isArchiveInUse } from './in-use.ts'

/**
 * Asks the agents to remove archived changes that no restore within the retention of a database needs: what lies before
 * the oldest backup that a chain still has, and chains that ended before it without a backup left. A chain that goes on
 * from a backup made before it keeps its beginning until one made in it is old enough to take its place.
 * Runs after the backups were expired. Answers how many chains it asked about.
 */
export async function trimArchives(deps: { db: Db; signals: Signals }): Promise<number> {
  return transact(deps.db, async (tx) => {
    const { rows } = await sql<ChainToRemove & { before_lsn: string | null; is_over: boolean }>`
      with kept as (
        select b.instance_id, b.chain, b.backup_target_id, min(b.start_lsn::pg_lsn) as lsn,
          bool_or(b.consistent_at < now() - d.backup_retention_days * interval '1 day'
            and not b.found_bad) as is_old_enough
        from backups b join databases d on d.id = b.database_id
        where b.state in ('completed', 'deleting') and b.chain is not null and b.start_lsn is not null
          -- One that somebody keeps for longer than the retention needs no changes to be restored as it is.
          and not (exists (
            select from backup_jobs j
            where j.backup_id = b.id and j.backup_plan_id is not null and j.deleted_at is null
          ) and exists (
            select from backups newer
            where newer.instance_id = b.instance_id and newer.chain = b.chain
              and newer.backup_target_id is not distinct from b.backup_target_id
              and newer.state = 'completed' and not newer.found_bad and newer.consistent_at > b.consistent_at
              and newer.consistent_at < now() - d.backup_retention_days * interval '1 day'))
        group by b.instance_id, b.chain, b.backup_target_id
      ), decided as (
        select c.instance_id, c.chain, c.backup_target_id, i.target_id, kept.lsn,
          c.ended_at < now() - d.backup_retention_days * interval '1 day' and kept.chain is null as is_over,
          kept.lsn > coalesce(c.trimmed_lsn, c.start_lsn)::pg_lsn
            and (c.base_key is null or kept.is_old_enough) as is_trimmed
        from archive_chains c
        join instances i on i.id = c.instance_id
        join databases d on d.id = i.database_id
        left join kept on kept.instance_id = c.instance_id and kept.chain = c.chain
          and kept.backup_target_id is not distinct from c.backup_target_id
        where c.removed_at is null and d.deleted_at is null and not ${isArchiveInUse('c.instance_id')}
      )
      select instance_id, chain, backup_target_id, target_id, coalesce(is_over, false) as is_over,
        lsn::text as before_lsn
      from decided where is_over or is_trimmed`.execute(tx)
    let asked = 0
    for (const chain of rows) {
      if (!(await hold(tx, chain))) continue
      await askTrim(tx, deps.signals, chain, chain.is_over ? null : chain.before_lsn)
      asked += 1
    }
    return asked
  })
}

/** Locks it; false when a restore from it is just beginning, or began since it was decided. */
async function hold(tx: Executor, { instance_id, chain }: ChainToRemove): Promise<boolean> {
  const held = await sql`
    select from archive_chains where instance_id = ${instance_id} and chain = ${chain}
    for update skip locked`.execute(tx)
  if (held.rows.length === 0) return false
  // A statement of its own sees what has been written down by now.
  const { rows } = await sql`
    select from archive_chains c where instance_id = ${instance_id} and chain = ${chain}
    and not ${isArchiveInUse('c.instance_id')}`.execute(tx)
  return rows.length > 0
}
