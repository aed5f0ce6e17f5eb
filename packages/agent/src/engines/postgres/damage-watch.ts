import type { Logger } from 'pino'
import type { DamagedPage } from '../engine.ts'
import { agentDatabase } from './access.ts'
import { type DamagedFile, parseDamage } from './damaged-page.ts'
import type { Management } from './management.ts'

export interface DamageWatch {
  /** A line of the server's log. */
  line(text: string): void
  /** Asks the server for failures that it has counted and not logged. */
  look(): Promise<void>
  /** Those from before come at once. */
  listen(listener: (page: DamagedPage) => void): void
}

export interface DamageWatchOptions {
  readonly management: Management
  openDatabase(name: string): Management
  readonly log: Logger
}

/** So many relations are told of; a client may write such lines into the log by the thousand. */
const toldAtMost = 50

/**
 * Notices damaged pages of a running server. A client can write to the log what it likes (RAISE LOG), so a line counts
 * only when the server has counted a failure too, or, for a file that is too short, names a relation that exists.
 */
export function createDamageWatch({ management, openDatabase, log }: DamageWatchOptions): DamageWatch {
  const told = new Map<string, DamagedPage>()
  let listener: (page: DamagedPage) => void = () => {}
  let resolving: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let seenUntil: string | null = null

  const tell = (page: DamagedPage) => {
    const key = `${page.database}/${page.relation}`
    if (told.has(key) || told.size === toldAtMost) return
    told.set(key, page)
    listener(page)
  }
  const resolve = async (file: DamagedFile) => {
    if (file.counted && !(await hasFailed(management, file.database))) return
    const page = await nameOf(file, management, openDatabase)
    if (page.relation !== null || file.counted) tell(page)
  }
  return {
    line(text) {
      const file = parseDamage(text)
      if (!file || waiting === toldAtMost) return
      waiting += 1
      resolving = resolving
        .then(() => resolve(file))
        .catch((err: unknown) => log.warn({ err }, 'a damaged page could not be told by name'))
        .finally(() => {
          waiting -= 1
        })
    },
    async look() {
      const failed = await countedSince(management, seenUntil)
      for (const { database, at } of failed) {
        seenUntil = seenUntil === null || at > seenUntil ? at : seenUntil
        const known = [...told.values()].some((page) => page.database === database)
        if (!known) tell({ database, relation: null, block: null })
      }
    },
    listen(next) {
      listener = next
      for (const page of told.values()) next(page)
    },
  }
}

/** Failures since the server's start; the counts are kept over restarts. */
async function countedSince(
  management: Management,
  since: string | null,
): Promise<{ database: string | null; at: string }[]> {
  return management.query(
    `SELECT datname AS database, checksum_last_failure::text AS at FROM pg_stat_database
      WHERE checksum_last_failure > coalesce($1::timestamptz, pg_postmaster_start_time())`,
    [since],
  )
}

async function hasFailed(management: Management, database: string | null): Promise<boolean> {
  const rows = await management.query(
    `SELECT FROM pg_stat_database WHERE datid = $1::oid AND checksum_last_failure > now() - interval '1 minute'`,
    [database ?? '0'],
  )
  return rows.length > 0
}

async function nameOf(
  { database, filenode, block }: DamagedFile,
  management: Management,
  openDatabase: (name: string) => Management,
): Promise<DamagedPage> {
  const [found] = await management.query<{ name: string }>(
    'SELECT datname AS name FROM pg_database WHERE oid = $1',
    [database],
  )
  const session = openDatabase(found?.name ?? agentDatabase)
  try {
    const space = database === null ? 1664 : 0
    const [relation] = await session.query<{ name: string | null }>(
      'SELECT pg_filenode_relation($1, $2)::text AS name',
      [space, filenode],
    )
    return { database: found?.name ?? null, relation: relation?.name ?? null, block }
  } finally {
    await session.close()
  }
}
