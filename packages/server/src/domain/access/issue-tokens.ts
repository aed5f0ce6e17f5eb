import { sql } from 'kysely'
import type { Tx } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/index.ts'
import { bareId } from './bare-id.ts'
import { mintJwt } from './jwt.ts'
import { OAuthError } from './oauth-error.ts'
import { hashToken, newToken } from './token-hash.ts'
import { findWorkspaceRole } from './workspace-role.ts'

export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** Life of the access token, in seconds. */
  readonly expiresIn: number
  readonly scopes: readonly string[]
}

export interface GrantRow {
  readonly id: string
  readonly workspace_id: string
  readonly user_id: string
  readonly scopes: readonly string[]
}

export const ACCESS_TOKEN_SECONDS = 3600
const REFRESH_TOKEN_DAYS = 90

/**
 * An access token of the grant, one hour long. The claims are what Prisma's SDK and CLI read. Throws
 * `invalid_grant` when the user is gone or may no longer do anything in the workspace.
 */
export async function issueAccessToken(tx: Tx, grant: GrantRow, scopes = grant.scopes): Promise<string> {
  const user = await tx
    .selectFrom('users')
    .select('email')
    .where('id', '=', grant.user_id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!user || (await findWorkspaceRole(tx, grant.user_id, grant.workspace_id)) === null) {
    throw new OAuthError('invalid_grant', 'The user may no longer use this workspace.')
  }
  const id = newId()
  const now = Math.floor(Date.now() / 1000)
  const token = mintJwt({
    sub: bareId(grant.user_id),
    email: user.email,
    workspace_id: bareId(grant.workspace_id),
    scope: scopes.join(' '),
    iat: now,
    exp: now + ACCESS_TOKEN_SECONDS,
    jti: bareId(id),
  })
  await tx
    .insertInto('access_tokens')
    .values({
      id,
      kind: 'oauth',
      token_hash: hashToken(token),
      hint: token.slice(-4),
      workspace_id: grant.workspace_id,
      user_id: grant.user_id,
      grant_id: grant.id,
      scopes: [...scopes],
      expires_at: new Date((now + ACCESS_TOKEN_SECONDS) * 1000),
    })
    .execute()
  return token
}

/** A refresh token of the grant: opaque, 90 days. */
export async function issueRefreshToken(tx: Tx, grantId: string): Promise<string> {
  const token = newToken('croft_refresh_')
  await tx
    .insertInto('refresh_tokens')
    .values({
      token_hash: hashToken(token),
      grant_id: grantId,
      expires_at: sql<Date>`now() + make_interval(days => ${REFRESH_TOKEN_DAYS})`,
    })
    .execute()
  return token
}
