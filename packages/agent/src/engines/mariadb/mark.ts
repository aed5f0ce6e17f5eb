import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Management } from './management.ts'
import { schemaDirectories } from './statistics.ts'

/**
 * What changes with every write, and with nothing else. InnoDB's transaction ids are taken by writing transactions
 * only, at their first write and at their commit (its log position moves with the purge of old rows too). Restarts
 * may give an id twice, so the log's end at the start goes with it. What is not in InnoDB: routines lie in a
 * table of MariaDB's own, and views, triggers and a schema's character set in files that are replaced.
 */
export async function readMark(management: Management, directory: string, startLsn: string): Promise<string> {
  const [counter] = await management.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Innodb_max_trx_id'")
  const sums = await management.query<{ Checksum: string | number | null }>('CHECKSUM TABLE mysql.proc')
  const hash = createHash('sha256').update(sums.map(({ Checksum }) => String(Checksum)).join())
  for (const schema of await schemaDirectories(directory)) {
    const path = join(directory, schema)
    hash.update(JSON.stringify([schema, await changedAt(path), await changedAt(join(path, 'db.opt'))]))
  }
  return `${startLsn}:${counter?.Value}:${hash.digest('base64url').slice(0, 16)}`
}

async function changedAt(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return String(found?.mtimeNs)
}
