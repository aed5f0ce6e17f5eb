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
import { verifies } from './pkce.ts'
import { systemCall } from './principal.ts'
import { hashToken } from './token-hash.ts'

export interface CodeExchange {
  /** Already authenticated. */
  readonly client: OAuthApplication
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string | undefined
  readonly requestId: string
}

function findCode(tx: Tx, code: string) {
  return tx
    .selectFrom('authorization_codes as code')
    .innerJoin('oauth_grants as grant', 'grant.id', 'code.grant_id')
    .where('code.code_hash', '=', hashToken(code))
    .selectAll('grant')
    .select(['code.redirect_uri', 'code.code_challenge', 'code.used_at'])
    .select(sql<boolean>`code.expires_at <= now()`.as('expired'))
    .forUpdate()
    .executeTakeFirst()
}
type CodeRow = NonNullable<Awaited<ReturnType<typeof findCode>>>

/** A challenge must be answered; an answer without one means that somebody took the challenge out on the way. */
function proofFault(challenge: string | null, verifier: string | undefined): string | null {
  if (challenge === null) return verifier === undefined ? null : 'The code was asked for without a challenge.'
  if (verifier === undefined) return 'code_verifier is missing.'
  return verifies(verifier, challenge) ? null : 'code_verifier is wrong.'
}

function check(row: CodeRow | undefined, exchange: CodeExchange): asserts row is CodeRow {
  const fault =
    !row || row.application_id !== exchange.client.id
      ? 'The code is unknown.'
      : row.revoked_at !== null
        ? 'The consent was withdrawn.'
        : row.expired
          ? 'The code has expired.'
          : row.redirect_uri !== exchange.redirectUri
            ? 'redirect_uri is not the one the code was sent to.'
            : proofFault(row.code_challenge, exchange.codeVerifier)
  if (fault !== null) throw new OAuthError('invalid_grant', fault)
}

/**
 * Tokens for a code. A code that comes a second time has been seen by somebody who should not have it, so its
 * grant ends. Throws `invalid_grant`.
 */
export async function exchangeCode(db: Db, exchange: CodeExchange): Promise<IssuedTokens> {
  const issued = await transact(db, async (tx) => {
    const row = await findCode(tx, exchange.code)
    if (row && row.application_id === exchange.client.id && row.used_at !== null) {
      const call = systemCall('oauth', exchange.requestId)
      await endGrants(tx, call, (grants) => grants.where('id', '=', row.id), 'authorization code used twice')
      return null
    }
    check(row, exchange)
    await tx
      .updateTable('authorization_codes')
      .set({ used_at: sql<Date>`now()` })
      .where('code_hash', '=', hashToken(exchange.code))
      .execute()
    const accessToken = await issueAccessToken(tx, row)
    const refreshToken = await issueRefreshToken(tx, row.id)
    return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS, scopes: row.scopes }
  })
  // Thrown out here, since throwing inside would undo the revocation.
  if (!issued) throw new OAuthError('invalid_grant', 'The code was used before; its consent is withdrawn.')
  return issued
}
