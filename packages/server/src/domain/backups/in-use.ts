import { type SqlBool, sql } from 'kysely'

/**
 * Databases that are being made or restored at this moment; their origin says from what. One that failed before it was
 * ever ready is tried again.
 */
const TAKERS = sql`
  select made.origin from instances made join databases taker on taker.id = made.database_id
  where (taker.state in ('provisioning', 'recovering') or (taker.state = 'failed' and taker.ready_at is null))
    and made.settled_epoch < made.epoch`

/** Backups (as `backups` in the query) that are read at this moment: by a database being made, or by a check. */
export const isBackupInUse = sql<SqlBool>`(
  exists (select from (${TAKERS}) t where t.origin->>'backupId' = backups.id::text)
  or exists (select from agent_tasks t where t.id = backups.verification_task_id and t.finished_at is null))`

/** Instances (by the column given) whose archive a database is being made from at this moment. */
export const isArchiveInUse = (instanceId: string) => sql<SqlBool>`
  exists (select from (${TAKERS}) t where t.origin->'recovery'->>'instanceId' = ${sql.ref(instanceId)}::text)`

/** Backups (as `backups` in the query) that somebody ordered by a plan: they stay until it, or a person, lets them go. */
export const isKeptByPlan = sql<SqlBool>`exists (
  select from backup_jobs j
  where j.backup_id = backups.id and j.backup_plan_id is not null and j.deleted_at is null)`
