import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Chain } from '../archives/index.ts'
import { engineOf } from '../engines/index.ts'
import type { Facts } from './warnings.ts'

interface Row {
  readonly id: string
  readonly archived: boolean
  readonly engine: string
  readonly target_name: string | null
  readonly target_state: string | null
  readonly target_message: string | null
  readonly backup_state: string | null
  readonly backup_at: Date | null
  readonly backup_error: string | null
  readonly verification: string | null
  readonly verified_made_at: Date | null
  readonly verification_error: string | null
  readonly corrupted_at: Date | null
  readonly fault: Facts['fault']
  readonly storage_full: boolean | null
}

/** What warnings are made of, by database. `chains` are those of all of them. */
export async function readFacts(
  db: Executor,
  databaseIds: readonly string[],
  chains: readonly Chain[],
): Promise<ReadonlyMap<string, Facts>> {
  const { rows } = await sql<Row>`
    select databases.id, databases.archived, databases.engine,
      backup_targets.name as target_name, backup_targets.state as target_state,
      backup_targets.state_message as target_message,
      last.state as backup_state, coalesce(last.completed_at, last.created_at) as backup_at, last.error as backup_error,
      verified.verification, verified.created_at as verified_made_at, verified.verification_error,
      corrupted.at as corrupted_at, instances.observed->'fault' as fault,
      (instances.observed->'storageFull')::boolean as storage_full
    from databases
    join instances on instances.database_id = databases.id
    left join backup_targets on backup_targets.id = databases.backup_target_id
    left join lateral (
      select state, completed_at, created_at, error from backups
      where database_id = databases.id and state in ('completed', 'failed', 'skipped')
      order by id desc limit 1
    ) last on true
    left join lateral (
      select verification, created_at, verification_error from backups
      where database_id = databases.id and state = 'completed' and (verification = 'passed' or found_bad)
      order by id desc limit 1
    ) verified on true
    left join lateral (
      select at from events
      where subject_id = databases.id::text and action = 'instance.corrupted'
        and not exists (
          select from backups
          where database_id = databases.id and verification = 'passed' and backups.created_at > events.at)
        and not exists (
          select from restores
          where database_id = databases.id and state = 'completed' and finished_at > events.at)
      order by at desc limit 1
    ) corrupted on true
    where databases.id = any(${[...databaseIds]}::uuid[])`.execute(db)
  return new Map(
    rows.map((row) => [
      row.id,
      factsOf(
        row,
        chains.findLast((each) => isCurrent(each, row.id)),
      ),
    ]),
  )
}

const isCurrent = (chain: Chain, databaseId: string) =>
  chain.databaseId === databaseId && chain.endedAt === null

function factsOf(row: Row, chain: Chain | undefined): Facts {
  return {
    archived: row.archived || !engineOf(row.engine).archived,
    archive: chain
      ? {
          state: chain.state,
          archivedAt: chain.archivedAt,
          lagBytes: chain.lagBytes,
          reason: chain.fault?.message ?? null,
        }
      : null,
    lastBackup:
      row.backup_at === null
        ? null
        : { failed: row.backup_state === 'failed', at: row.backup_at, error: row.backup_error },
    lastVerified:
      row.verified_made_at === null
        ? null
        : {
            passed: row.verification === 'passed',
            madeAt: row.verified_made_at,
            error: row.verification_error,
          },
    corruptedAt: row.corrupted_at,
    storageFull: row.storage_full ?? false,
    fault: row.fault,
    target:
      row.target_name === null
        ? null
        : { name: row.target_name, failing: row.target_state === 'failing', message: row.target_message },
  }
}
