import { sql } from 'kysely'
import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { recordEvent } from '../events/index.ts'
import { OAuthError } from './oauth-error.ts'
import { isChallenge } from './pkce.ts'
import type { Call } from './principal.ts'
import { matchesRedirectUri } from './redirect-uri.ts'
import { requireWorkspace } from './require-workspace.ts'
import { hashToken, newToken } from './token-hash.ts'

export interface Consent {
  readonly clientId: string
  readonly workspaceId: string
  readonly scopes: readonly string[]
  readonly redirectUri: string
  /** S256; null only for confidential clients. */
  readonly codeChallenge: string | null
}

const CODE_SECONDS = 60

/**
 * A user lets an application act in a workspace; answers the code that it exchanges for tokens, good for a
 * minute. Every consent is a grant of its own: if one machine's tokens are replayed, the others stay logged in.
 * Throws `forbidden`, `workspace-not-found`, and OAuthError for what the request should not have asked.
 */
export async function grantConsent(db: Db, call: Call, consent: Consent): Promise<string> {
  const { userId } = call.principal
  if (call.principal.type !== 'user' || userId === null) {
    throw new CroftError('forbidden', 'Only a user who is logged in may consent.')
  }
  const { codeChallenge, workspaceId } = consent
  // What the token may do ends with what the user may do, so seeing the workspace is enough to consent.
  await requireWorkspace(db, call, workspaceId)
  const code = newToken('croft_code_')
  await transact(db, async (tx) => {
    // Shared lock: an application that is being deleted must not gain a grant that its deletion misses.
    const application = await tx
      .selectFrom('oauth_applications')
      .selectAll()
      .where('client_id', '=', consent.clientId)
      .where('deleted_at', 'is', null)
      .forShare()
      .executeTakeFirst()
    if (!application || !matchesRedirectUri(application.redirect_uris, consent.redirectUri)) {
      throw new OAuthError('unauthorized_client', 'The client is unknown or may not redirect there.')
    }
    if (codeChallenge === null ? application.client_secret_hash === null : !isChallenge(codeChallenge)) {
      throw new OAuthError('invalid_request', 'A public client must send an S256 code challenge.')
    }
    const grantId = newId()
    await tx
      .insertInto('oauth_grants')
      .values({
        id: grantId,
        application_id: application.id,
        workspace_id: workspaceId,
        user_id: userId,
        scopes: [...consent.scopes],
      })
      .execute()
    await tx
      .insertInto('authorization_codes')
      .values({
        code_hash: hashToken(code),
        grant_id: grantId,
        redirect_uri: consent.redirectUri,
        code_challenge: codeChallenge,
        expires_at: sql<Date>`now() + make_interval(secs => ${CODE_SECONDS})`,
      })
      .execute()
    await recordEvent(tx, call, {
      workspaceId,
      action: 'grant.created',
      subjectType: 'grant',
      subjectId: grantId,
      after: { userId, applicationId: application.id, application: application.name, scopes: consent.scopes },
    })
  })
  return code
}
