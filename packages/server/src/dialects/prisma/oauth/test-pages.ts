import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { Registry } from 'prom-client'
import { createTestAccess, createTestUser, PASSWORD } from '../../../../test/access.ts'
import { type Browser, browser, type Fields, FORM, type Response } from '../../../../test/browser.ts'
import { CLI, REDIRECT } from '../../../../test/oauth.ts'
import { createHttp } from '../../../platform/http/index.ts'
import { registerOAuth } from './index.ts'

export const ORIGIN = 'https://croft.example.com'
export const EMAIL = 'dev@example.com'
export const VERIFIER = randomBytes(32).toString('base64url')
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
export const GOOD = {
  response_type: 'code',
  client_id: CLI,
  redirect_uri: REDIRECT,
  scope: 'workspace:admin offline_access',
  state: 'st<a>te&"',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}

/** The routes on a server of their own, a user to log in, and a browser. */
export async function startPages(t: TestContext) {
  const setup = await createTestAccess(t)
  const workspaceId = setup.workspaces[0].id
  const user = await createTestUser(setup, EMAIL, 'workspace-admin', { type: 'workspace', id: workspaceId })
  const app = createHttp({
    log: pino({ level: 'silent' }),
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 100_000 },
    registry: new Registry(),
    ready: async () => ({}),
    checkResponses: true,
  })
  t.after(() => app.close())
  await registerOAuth(app, { access: setup.access, originOf: () => ORIGIN })
  return { ...setup, app, user, workspaceId, tab: browser(app) }
}
export type Started = Awaited<ReturnType<typeof startPages>>

export const authorizeUrl = (params: Fields = GOOD) => `/authorize?${new URLSearchParams(params)}`
export const actionOf = (page: Response, name: string) =>
  (new RegExp(`action="(/${name}[^"]*)"`).exec(page.body)?.[1] ?? '').replaceAll('&amp;', '&')
/** The token of the form that goes to this path. */
export const formTokenOf = (page: Response, name: string) =>
  new RegExp(`action="/${name}[^>]*>\\s*<input type="hidden"\\s+name="form_token" value="([^"]+)"`).exec(
    page.body,
  )?.[1] ?? ''

export async function logIn(tab: Browser, params: Fields = GOOD): Promise<Response> {
  const page = await tab.get(authorizeUrl(params))
  assert.equal(page.statusCode, 200, page.body)
  const form_token = formTokenOf(page, 'authorize/login')
  const answer = await tab.post(actionOf(page, 'authorize/login'), {
    form_token,
    email: EMAIL,
    password: PASSWORD,
  })
  assert.equal(answer.statusCode, 303, answer.body)
  return await tab.get(String(answer.headers.location))
}

export async function allow({ tab, workspaceId }: Started, params: Fields = GOOD): Promise<URL> {
  const page = await logIn(tab, params)
  const answer = await tab.post(actionOf(page, 'authorize/consent'), {
    form_token: formTokenOf(page, 'authorize/consent'),
    workspace: workspaceId,
    decision: 'allow',
  })
  assert.equal(answer.statusCode, 302, answer.body)
  return new URL(String(answer.headers.location))
}

export async function getTokens(app: FastifyInstance, fields: Fields, headers: Fields = {}) {
  const response = await app.inject({
    method: 'POST',
    url: '/token',
    headers: { ...FORM, ...headers },
    payload: new URLSearchParams(fields).toString(),
  })
  assert.equal(response.headers['cache-control'], 'no-store')
  return { status: response.statusCode, headers: response.headers, body: response.json() }
}

export const exchange = (code: string | null): Fields => ({
  grant_type: 'authorization_code',
  code: code ?? '',
  redirect_uri: REDIRECT,
  client_id: CLI,
  code_verifier: VERIFIER,
})
