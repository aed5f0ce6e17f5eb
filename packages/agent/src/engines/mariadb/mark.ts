import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Management } from './management.ts'
import { schemaDirectories } from './statistics.ts'

/**
 * What changes with every write, and with nothing else. InnoDB's transaction ids are taken by writing transactions
 * only, at their first write and at their commit (its log position moves with the purge of old rows too). Restarts
 * may give an id twice, so the log's end at the start goes with it. What is not in InnoDB: routines lie in a
 * table of MariaDB's own, and views, triggers and a schema's character set in files that are replaced. Tables of other
 * engines are partitioned ones only (`enforce_storage_engine` passes over partitions): their files tell.
 */
export async function readMark(management: Management, directory: string, startLsn: string): Promise<string> {
  const [counter] = await management.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Innodb_max_trx_id'")
  const sums = await management.query<{ Checksum: string | number | null }>('CHECKSUM TABLE mysql.proc')
  const hash = createHash('sha256').update(sums.map(({ Checksum }) => String(Checksum)).join())
  for (const schema of await schemaDirectories(directory)) {
    const path = join(directory, schema)
    hash.update(JSON.stringify([schema, await changedAt(path), await changedAt(join(path, 'db.opt'))]))
    for (const name of (await readdir(path).catch(() => [])).filter((one) => otherData.test(one)).sort()) {
      hash.update(JSON.stringify([name, await changedAt(join(path, name))]))
      // What Aria changes is in its log before it is in the table's file.
      if (name.endsWith('.MAD')) hash.update(await ariaLogs(directory))
    }
  }
  return `${startLsn}:${counter?.Value}:${hash.digest('base64url').slice(0, 16)}`
}

/** Rows of MyISAM, Aria, CSV and ARCHIVE. */
const otherData = /\.(MYD|MAD|CSV|ARZ)$/

async function ariaLogs(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => /^aria_log\.\d+$/.test(name)).sort()
  return (await Promise.all(names.map((name) => changedAt(join(directory, name))))).join()
}

async function changedAt(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return `${found?.mtimeNs}:${found?.isFile() ? found.size : ''}`
}
