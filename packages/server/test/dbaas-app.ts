import type { TestContext } from 'node:test'
import { mountDialect } from '../src/dialects/dialect.ts'
import { createDialects } from '../src/main/dialects.ts'
import { createTestUser, PASSWORD } from './access.ts'
import { buildHttp } from './http.ts'
import { createPlatform } from './platform.ts'
import { type AgentScript, gone, serving } from './scripted-agent.ts'

const ORIGIN = 'http://127.0.0.1:7400'
const OWN_PORT = 7501

export interface Sent {
  readonly body?: unknown
  /** In place of JSON. */
  readonly form?: Readonly<Record<string, string>>
  /** An email, whose password is `PASSWORD`; `null` is nobody. */
  readonly as?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** The DBaaS dialect on a real domain; an agent that does what is wanted has PostgreSQL and a port for everything. */
export async function createDbaasApp(t: TestContext, settings: Record<string, string> = {}) {
  const platform = await createPlatform(t, settings)
  const script: AgentScript = {
    behave: (wanted) =>
      wanted.presence === 'absent'
        ? gone(wanted)
        : { ...serving(wanted), ...(wanted.ownPort ? { port: OWN_PORT } : {}) },
  }
  const agent = await platform.agent(script)
  const { app, lines } = buildHttp(t, {
    checkResponses: true,
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 1_048_576 },
  })
  for (const dialect of createDialects(platform.domain, { originOf: () => ORIGIN, createDb: null }))
    await mountDialect(app, dialect)
  const [acme, other] = platform.workspaces
  const user = (email: string, role: string, workspaceId = acme.id) =>
    createTestUser(platform, email, role, { type: 'workspace', id: workspaceId })
  await user('dba@example.com', 'workspace-admin')

  /** As the administrator of the first workspace unless somebody else is named. */
  async function send(method: string, path: string, { body, form, as, headers = {} }: Sent = {}) {
    const email = as === undefined ? 'dba@example.com' : as
    const payload = form ? new URLSearchParams(form).toString() : body
    const response = await app.inject({
      method: method as 'GET',
      url: path,
      headers: {
        ...(email === null
          ? {}
          : { authorization: `Basic ${Buffer.from(`${email}:${PASSWORD}`).toString('base64')}` }),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    const isJson = `${response.headers['content-type']}`.startsWith('application/json')
    const answer: Json = isJson && response.body !== '' ? JSON.parse(response.body) : {}
    return { status: response.statusCode, body: answer, text: response.body, headers: response.headers }
  }

  /** Makes a database by the API; answers its body. */
  async function makeDatabase(name: string, more: Sent & { readonly project?: string } = {}): Promise<Json> {
    const { project, ...sent } = more
    const body = { name, plan: '/api/plan/1/', environment: '/api/environment/1/', project }
    const answer = await send('POST', '/api/database/', { body, ...sent })
    if (answer.status !== 201) throw new Error(answer.text)
    return answer.body
  }
  return { ...platform, agent, app, lines, acme, other, user, send, makeDatabase, ORIGIN, OWN_PORT }
}
export type Json = Record<string, unknown> & {
  readonly _links?: { readonly self: string; readonly [name: string]: unknown }
}
export type DbaasApp = Awaited<ReturnType<typeof createDbaasApp>>
