import { agentRole } from './access.ts'
import type { Management } from './management.ts'

/** Sessions of clients; a login under way counts as busy. */
export async function readActivity(management: Management): Promise<{ sessions: number; busy: number }> {
  const [row] = await management.query<{ sessions: number; busy: number }>(
    `SELECT count(*)::int AS sessions, (count(*) FILTER (WHERE state IS DISTINCT FROM 'idle'))::int AS busy
       FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND usename IS DISTINCT FROM '${agentRole}'`,
  )
  return row ?? { sessions: 0, busy: 0 }
}

/** Size of all databases, and the calls of the statements that pg_stat_statements holds now. */
export async function readUsage(management: Management): Promise<{ sizeBytes: number; calls: number }> {
  const [row] = await management.query<{ size: string; calls: string }>(
    `SELECT (SELECT sum(pg_database_size(oid)) FROM pg_database WHERE datconnlimit <> -2)::text AS size,
            (SELECT coalesce(sum(calls), 0) FROM public.pg_stat_statements
              WHERE userid <> '${agentRole}'::regrole)::text AS calls`,
  )
  return { sizeBytes: Number(row?.size ?? 0), calls: Number(row?.calls ?? 0) }
}

/**
 * Which transactions have written so far, as `xmin:xmax:running`: 64-bit ids that only writing transactions take.
 * The running ones count: an older one may commit after a newer one has raised the highest id.
 */
export async function readWritten(management: Management): Promise<string> {
  const [row] = await management.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot')
  return row?.snapshot ?? ''
}

/**
 * A count that never falls. The sum over pg_stat_statements does: it drops its rarest entries when it is full,
 * with their calls.
 */
export function createCounter(): (sum: number) => number {
  let before = 0
  let total = 0
  return (sum) => {
    total += Math.max(0, sum - before)
    before = sum
    return total
  }
}
