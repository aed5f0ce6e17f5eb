import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'

export interface TokenUsage {
  /** Remembers that a token was used now; `lastUsedAt` is what its row says. */
  note(tokenId: string, lastUsedAt: Date | null): void
  /** Writes what is remembered. */
  flush(): Promise<void>
}

const PRECISION_MS = 60_000
const FLUSH_AFTER_MS = 5000

/**
 * Keeps `last_used_at` true to the minute without a write per request: uses are collected and written together,
 * by nobody's request. A write that fails is forgotten, since the next use makes it again.
 */
export function createTokenUsage(db: Db, log: Pick<Logger, 'warn'>): TokenUsage {
  const pending = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (pending.size === 0) return
    const ids = [...pending]
    pending.clear()
    // Rows that another server marks at this moment are skipped: waiting for each other could deadlock.
    await sql`
      update access_tokens set last_used_at = now() where id in (
        select id from access_tokens where id = any(${ids}::uuid[]) for update skip locked)`.execute(db)
    await sql`
      update service_identities set last_used_at = now() where id in (
        select id from service_identities
        where id in (select identity_id from access_tokens where id = any(${ids}::uuid[]))
        for update skip locked)`.execute(db)
  }

  return {
    note(tokenId, lastUsedAt) {
      if (lastUsedAt && Date.now() - lastUsedAt.getTime() < PRECISION_MS) return
      pending.add(tokenId)
      timer ??= setTimeout(() => {
        flush().catch((error: unknown) => log.warn({ err: error }, 'could not note the use of tokens'))
      }, FLUSH_AFTER_MS).unref()
    },
    flush,
  }
}
