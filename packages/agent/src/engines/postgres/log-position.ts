import { parseLsn } from '../../archive/lsn.ts'
import type { LogPosition } from '../engine.ts'
import type { Management } from './management.ts'

/** Where a server's log stands. */
export async function readLogPosition(management: Management): Promise<LogPosition> {
  // The control file may still name the timeline from before a recovery; a segment's name does not.
  const [row] = await management.query<{ system: string; segment: string; bytes: string; end: string }>(
    `SELECT system_identifier::text AS system, pg_walfile_name(pg_current_wal_insert_lsn()) AS segment,
            (SELECT setting FROM pg_settings WHERE name = 'wal_segment_size') AS bytes,
            pg_current_wal_flush_lsn()::text AS end
       FROM pg_control_system()`,
  )
  if (!row) throw new Error('the server does not say where its log stands')
  return {
    systemId: row.system,
    timeline: Number.parseInt(row.segment.slice(0, 8), 16),
    segmentBytes: Number(row.bytes),
    end: parseLsn(row.end),
  }
}

/**
 * Leaves a mark that a recovery can stop at. PostgreSQL does not flush it by itself: the statement takes a
 * transaction id, so that its commit does.
 */
export async function markLog(management: Management, name: string): Promise<{ lsn: bigint; at: Date }> {
  const [row] = await management.query<{ lsn: string; at: Date }>(
    `SELECT pg_create_restore_point($1)::text AS lsn, clock_timestamp() AS at, pg_current_xact_id()`,
    [name],
  )
  if (!row) throw new Error('the server has made no restore point')
  return { lsn: parseLsn(row.lsn), at: row.at }
}
