import { type InferResult, sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { type Page, type PageRequest, toPage } from '../../page.ts'
import type { Call } from '../principal.ts'
import { ownUserId } from './own-user.ts'
import { IDLE_SECONDS } from './start-session.ts'

export interface Session {
  readonly id: string
  readonly address: string | null
  readonly userAgent: string | null
  readonly createdAt: Date
  /** To the minute. */
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  /** Whether it is the one that asks. */
  readonly current: boolean
}

function selectSessions(db: Db, userId: string) {
  return db
    .selectFrom('sessions')
    .where('user_id', '=', userId)
    .where('expires_at', '>', sql<Date>`now()`)
    .where('last_seen_at', '>', sql<Date>`now() - make_interval(secs => ${IDLE_SECONDS})`)
    .select(['id', 'address', 'user_agent', 'created_at', 'last_seen_at', 'expires_at'])
}
type Row = InferResult<ReturnType<typeof selectSessions>>[number]

function toSession(row: Row, { principal }: Call): Session {
  return {
    id: row.id,
    address: row.address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    current: row.id === principal.tokenId,
  }
}

/** The session that the caller comes with. Throws `session-not-found` for one who comes with a token, `forbidden`. */
export async function getSession(db: Db, call: Call): Promise<Session> {
  const userId = ownUserId(call)
  const { tokenId } = call.principal
  const row = await selectSessions(db, userId).where('id', '=', tokenId).executeTakeFirst()
  if (row) return toSession(row, call)
  throw new CroftError('session-not-found', 'The request came with a token, not with a session.')
}

/** The caller's own sessions that are alive, newest first. Throws `forbidden`. */
export async function listSessions(
  db: Db,
  call: Call,
  { page }: { page: PageRequest },
): Promise<Page<Session>> {
  let query = selectSessions(db, ownUserId(call))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
  if (page.after) query = query.where('id', '<', page.after)
  const rows = await query.execute()
  return toPage(
    rows.map((row) => toSession(row, call)),
    page.limit,
  )
}
