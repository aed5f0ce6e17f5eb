import { sql } from 'kysely'
import { type Db, type Tx, transact } from '../../platform/db/index.ts'
import { endGrants } from './end-grants.ts'
import type { OAuthApplication } from './entities.ts'
import {
  ACCESS_TOKEN_SECONDS,
  type IssuedTokens,
  issueAccessToken,
  issueRefreshToken,
} from './issue-tokens.ts'
import { OAuthError } from './oauth-error.ts'
import { systemCall } from './principal.ts'
import { openSuccessor, sealSuccessor } from './successor.ts'
import { hashToken } from './token-hash.ts'

export interface Refresh {
  /** Already authenticated. */
  readonly client: OAuthApplication
  readonly refreshToken: string
  /** Fewer than the grant's, for this access token only. */
  readonly scopes: readonly string[] | undefined
  readonly requestId: string
}

/** How long a refresh token that was just replaced still answers its successor. */
const GRACE = sql`interval '10 seconds'`

/** All that happens to a grant's refresh tokens happens under this lock: one refresh after the other. */
async function lockGrantOf(tx: Tx, token: string): Promise<void> {
  await tx
    .selectFrom('oauth_grants')
    .select('id')
    .where('id', '=', (eb) =>
      eb.selectFrom('refresh_tokens').select('grant_id').where('token_hash', '=', hashToken(token)),
    )
    .forUpdate()
    .execute()
}

function findRefreshToken(tx: Tx, token: string) {
  return tx
    .selectFrom('refresh_tokens as refresh')
    .innerJoin('oauth_grants as grant', 'grant.id', 'refresh.grant_id')
    .where('refresh.token_hash', '=', hashToken(token))
    .selectAll('grant')
    .select(['refresh.rotated_at', 'refresh.successor'])
    .select(sql<boolean>`refresh.expires_at <= now()`.as('expired'))
    .select(sql<boolean>`refresh.rotated_at > clock_timestamp() - ${GRACE}`.as('in_grace'))
    .executeTakeFirst()
}
type RefreshRow = NonNullable<Awaited<ReturnType<typeof findRefreshToken>>>

async function rotate(tx: Tx, grantId: string, old: string): Promise<string> {
  const next = await issueRefreshToken(tx, grantId)
  await tx
    .updateTable('refresh_tokens')
    .set({ rotated_at: sql<Date>`clock_timestamp()`, successor: sealSuccessor(next, old) })
    .where('token_hash', '=', hashToken(old))
    .execute()
  // What nobody may be answered any more should not lie about, sealed or not.
  await tx
    .updateTable('refresh_tokens')
    .set({ successor: null })
    .where('grant_id', '=', grantId)
    .where('successor', 'is not', null)
    .where('rotated_at', '<=', sql<Date>`clock_timestamp() - ${GRACE}`)
    .execute()
  return next
}

/** The newest token after `token`, which was replaced a moment ago; perhaps its successor was replaced since. */
async function newestAfter(tx: Tx, row: RefreshRow, token: string): Promise<string | null> {
  if (row.rotated_at === null) return token
  if (!row.in_grace || row.successor === null) return null
  const next = openSuccessor(row.successor, token)
  const nextRow = await findRefreshToken(tx, next)
  return nextRow ? newestAfter(tx, nextRow, next) : null
}

function check(row: RefreshRow | undefined, refresh: Refresh): asserts row is RefreshRow {
  const fault =
    !row || row.application_id !== refresh.client.id
      ? 'The refresh token is unknown.'
      : row.revoked_at !== null
        ? 'The consent was withdrawn.'
        : row.expired
          ? 'The refresh token has expired.'
          : null
  if (fault !== null) throw new OAuthError('invalid_grant', fault)
  if (refresh.scopes?.some((scope) => !row?.scopes.includes(scope))) {
    throw new OAuthError('invalid_scope', 'The scope is wider than what the user consented to.')
  }
}

/**
 * New tokens for a refresh token, which is replaced at each use. Two processes that share one and refresh at
 * once get the same successor; any later use of a replaced one is theft, or cannot be told from it, and ends the
 * grant. Throws `invalid_grant`, `invalid_scope`.
 */
export async function refreshGrant(db: Db, refresh: Refresh): Promise<IssuedTokens> {
  const issued = await transact(db, async (tx) => {
    await lockGrantOf(tx, refresh.refreshToken)
    const row = await findRefreshToken(tx, refresh.refreshToken)
    check(row, refresh)
    const newest = await newestAfter(tx, row, refresh.refreshToken)
    if (newest === null) {
      const call = systemCall('oauth', refresh.requestId)
      await endGrants(tx, call, (grants) => grants.where('id', '=', row.id), 'refresh token used twice')
      return null
    }
    const scopes = refresh.scopes ?? row.scopes
    const accessToken = await issueAccessToken(tx, row, scopes)
    const refreshToken =
      newest === refresh.refreshToken ? await rotate(tx, row.id, refresh.refreshToken) : newest
    return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS, scopes }
  })
  // Thrown out here, since throwing inside would undo the revocation.
  if (!issued) {
    throw new OAuthError('invalid_grant', 'The refresh token was used before; its consent is withdrawn.')
  }
  return issued
}
