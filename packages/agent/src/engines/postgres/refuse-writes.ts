import { join } from 'node:path'
import type { RunAs } from '../../host/run-as.ts'
import { writeOwnedFile } from '../../host/write-owned-file.ts'
import { agentRole } from './access.ts'
import type { Management } from './management.ts'

/**
 * Makes transactions read only unless they say otherwise (`BEGIN READ WRITE`), and ends those that have written. Not
 * by ALTER SYSTEM, which is off. The next start writes the file anew, and empty.
 */
export async function refuseWrites(options: {
  readonly management: Management
  readonly directory: string
  readonly runAs: RunAs | null
  readonly refuse: boolean
}): Promise<void> {
  const { management, directory, runAs, refuse } = options
  const text = refuse ? "default_transaction_read_only = 'on'\n" : ''
  await writeOwnedFile(join(directory, 'postgresql.auto.conf'), text, runAs)
  await management.query('SELECT pg_reload_conf()')
  if (!refuse) return
  await management.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND usename IS DISTINCT FROM '${agentRole}'
        AND backend_xid IS NOT NULL`,
  )
}
