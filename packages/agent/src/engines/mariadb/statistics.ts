import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { agentUser, systemSchemas } from './access.ts'
import type { Management } from './management.ts'
import { temporaryOf } from './options.ts'

/** Sessions of clients; a login under way counts as busy, and so does a transaction that has read or written. */
export async function readActivity(management: Management): Promise<{ sessions: number; busy: number }> {
  const [row] = await management.query<{ sessions: number; busy: number }>(
    `SELECT count(*) AS sessions,
            count(IF(COMMAND <> 'Sleep' OR ID IN (SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX), 1, NULL)) AS busy
       FROM information_schema.PROCESSLIST
      WHERE USER NOT IN (?, 'system user', 'event_scheduler')`,
    [agentUser],
  )
  return row ?? { sessions: 0, busy: 0 }
}

/** Statements of everybody but the agent since the server's start. */
export async function readStatements(management: Management): Promise<number> {
  const [row] = await management.query<{ statements: number | null }>(
    `SELECT sum(SELECT_COMMANDS + UPDATE_COMMANDS + OTHER_COMMANDS) AS statements
       FROM information_schema.USER_STATISTICS WHERE USER <> ?`,
    [agentUser],
  )
  return Number(row?.statements ?? 0)
}

/** What the tables of clients take on disk, with InnoDB's shared file. Asked of the disk, for statistics are estimates. */
export async function readSize(directory: string): Promise<number> {
  let bytes = await sizeOf(join(directory, 'ibdata1'))
  for (const schema of await schemaDirectories(directory)) {
    for (const name of await readdir(join(directory, schema)).catch(() => [])) {
      bytes += await sizeOf(join(directory, schema, name))
    }
  }
  return bytes
}

/** Directories of schemas that are not MariaDB's own. */
export async function schemaDirectories(directory: string): Promise<string[]> {
  const own = temporaryOf('')
  const entries = await readdir(directory, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !systemSchemas.includes(entry.name) && entry.name !== own)
    .map((entry) => entry.name)
    .sort()
}

/** Of what it takes, which for a table with holes is less than its length. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined)
  return found ? found.blocks * 512 : 0
}
