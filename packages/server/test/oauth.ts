import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { sql } from 'kysely'
import { type OAuthApplication, OAuthError } from '../src/domain/access/index.ts'
import { CroftError } from '../src/platform/errors/index.ts'
import { createTestAccess, createTestUser, type TestAccess } from './access.ts'

/** Prisma's CLI 8, a public client. */
export const CLI = 'cmm3lndn701oo0uefvxzo0ivw'
/** Prisma's CLI 7. */
export const OTHER_CLI = 'cmi4ttoor03pv2wco4526rnin'
export const REDIRECT = 'http://localhost:5123/auth/callback'

/** The code a work fails with, or `done`. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    assert.ok(error instanceof CroftError || error instanceof OAuthError, String(error))
    return error.code
  }
}

/** A user who may consent in one workspace, and the CLI that asks for it. */
export async function startOAuth(t: TestContext, role = 'workspace-admin') {
  const setup = await createTestAccess(t)
  const workspaceId = setup.workspaces[0].id
  const user = await createTestUser(setup, 'dev@example.com', role, { type: 'workspace', id: workspaceId })
  const client = await setup.access.findClient(CLI)
  assert.ok(client)
  return { ...setup, workspaceId, user, client }
}
export type Started = Awaited<ReturnType<typeof startOAuth>>

/** What a client has when the user came back to it. */
export async function consent(
  { access, user, workspaceId }: Started,
  clientId = CLI,
  redirectUri = REDIRECT,
) {
  const verifier = randomBytes(32).toString('base64url')
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const scopes = ['workspace:admin', 'offline_access']
  const code = await access.grantConsent(user.call, {
    clientId,
    workspaceId,
    scopes,
    redirectUri,
    codeChallenge,
  })
  return { code, codeVerifier: verifier, redirectUri, requestId: 'r' }
}

export async function logIn(started: Started) {
  return await started.access.exchangeCode({ client: started.client, ...(await consent(started)) })
}

export const refreshing = (client: OAuthApplication, refreshToken: string) =>
  ({ client, refreshToken, scopes: undefined, requestId: 'r' }) as const

/** Lets the grace of replaced refresh tokens pass. */
export async function age({ db }: TestAccess, seconds: number) {
  await db
    .updateTable('refresh_tokens')
    .set({ rotated_at: sql<Date>`rotated_at - make_interval(secs => ${seconds})` })
    .execute()
}
