import { openBrowser } from './browser.ts'
import { allow, openConsent } from './consent.ts'
import type { Croft } from './croft.ts'

/** Prisma's CLI 8, which every Croft knows; its redirect may have any port. */
const CLI = 'cmm3lndn701oo0uefvxzo0ivw'
const REDIRECT = 'http://localhost:9/auth/callback'

export interface UserTokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** Tokens of the first administrator for the workspace of this name, as CLI 8 gets them. */
export async function userTokens({ bootstrap }: Croft, workspace: string): Promise<UserTokens> {
  const verifier = 'v'.repeat(43)
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: CLI,
    redirect_uri: REDIRECT,
    scope: 'workspace:admin offline_access',
    state: 'state',
    code_challenge: Buffer.from(challenge).toString('base64url'),
    code_challenge_method: 'S256',
  })
  const browser = openBrowser()
  const consent = await openConsent(browser, bootstrap, `${bootstrap.url}/authorize?${asked}`)
  const { leavesTo } = await allow(browser, consent, workspace)
  const answer = await fetch(`${bootstrap.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(leavesTo ?? '').searchParams.get('code') ?? '',
      redirect_uri: REDIRECT,
      client_id: CLI,
      code_verifier: verifier,
    }),
  })
  const tokens = (await answer.json()) as { access_token: string; refresh_token: string }
  return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token }
}
