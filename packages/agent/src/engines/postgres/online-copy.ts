import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { parseLsn } from '../../archive/lsn.ts'
import { AgentFault } from '../../fault.ts'
import { segmentName } from './recovery/lay-log.ts'

/** A server whose files are being copied from outside. */
export interface OnlineCopy {
  /** To be called when all files are copied, but those of the log, which it names. */
  end(): Promise<{ label: string; segments: string[] }>
}

/**
 * Readies a server for a copy of its files; `session` has to stay open until the log's files are copied too, for a
 * slot of its keeps them. Throws `AgentFault` `source-unavailable` for tablespaces, which lie elsewhere.
 */
export async function beginOnlineCopy(session: pg.Client): Promise<OnlineCopy> {
  const elsewhere = await session.query(
    "SELECT FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')",
  )
  if (elsewhere.rows.length > 0) {
    const message = 'The database uses tablespaces; it cannot be copied while it has them.'
    throw new AgentFault('source-unavailable', message)
  }
  const slot = `croft_copy_${randomBytes(6).toString('hex')}`
  await session.query('SELECT pg_create_physical_replication_slot($1, true, true)', [slot])
  const [begun] = (
    await session.query<{ bytes: string; timeline: number }>(
      `SELECT pg_backup_start('croft', true)::text,
              (SELECT setting FROM pg_settings WHERE name = 'wal_segment_size') AS bytes,
              (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline`,
    )
  ).rows
  return {
    async end() {
      const [ended] = (
        await session.query<{ lsn: string; label: string }>(
          'SELECT lsn::text, labelfile AS label FROM pg_backup_stop(false)',
        )
      ).rows
      const start = /^START WAL LOCATION: (\S+) /m.exec(ended?.label ?? '')?.[1]
      if (!begun || !ended || start === undefined) throw new Error('the server gave no label for its copy')
      const size = BigInt(begun.bytes)
      const segments: string[] = []
      for (let number = parseLsn(start) / size; number * size < parseLsn(ended.lsn); number++) {
        segments.push(segmentName(begun.timeline, number, size))
      }
      return { label: ended.label, segments }
    },
  }
}
