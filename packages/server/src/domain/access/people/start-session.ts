import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import { recordEvent } from '../../events/index.ts'
import { hashToken, newToken } from '../token-hash.ts'
import { takeInvitations } from './take-invitations.ts'
import { userCall } from './user-call.ts'

/** Longest life of a session, used or not. */
export const SESSION_SECONDS = 12 * 3600
/** A session that nobody uses for so long has ended. */
export const IDLE_SECONDS = 2 * 3600

const LONGEST_AGENT = 300

/** Where a login comes from. */
export interface Visitor {
  readonly address: string
  /** What the browser says of itself. */
  readonly userAgent?: string | undefined
  readonly requestId: string
}

/** Begins a session of a user who has proved to be it, and says so in the trail. Answers its secret. */
export async function startSession(
  tx: Tx,
  user: { readonly id: string; readonly email: string },
  { address, userAgent, requestId }: Visitor,
  how: Readonly<Record<string, unknown>>,
): Promise<string> {
  const token = newToken('croft_session_')
  const id = newId()
  // PostgreSQL takes no NUL, and what is not text is of no use to who reads the list of sessions.
  const agent = userAgent?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, LONGEST_AGENT)
  await tx
    .insertInto('sessions')
    .values({
      id,
      token_hash: hashToken(token),
      user_id: user.id,
      address,
      user_agent: agent ?? null,
      expires_at: sql<Date>`now() + make_interval(secs => ${SESSION_SECONDS})`,
    })
    .execute()
  await tx.updateTable('users').set({ last_login_at: sql<Date>`now()` }).where('id', '=', user.id).execute()
  await recordEvent(tx, userCall(user, requestId), {
    workspaceId: null,
    action: 'user.logged-in',
    subjectType: 'user',
    subjectId: user.id,
    after: { sessionId: id, address, ...how },
  })
  await takeInvitations(tx, user, requestId)
  return token
}
