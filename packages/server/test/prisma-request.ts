import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { PrismaApp } from './prisma-app.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

/** Sends a request; `null` for `token` sends none. */
export async function send(
  { app, token }: Pick<PrismaApp, 'app' | 'token'>,
  method: Method,
  url: string,
  {
    body,
    headers = {},
    as = token,
  }: { body?: object; headers?: Record<string, string>; as?: string | null } = {},
): Promise<Answer> {
  const response = await app.inject({
    method,
    url,
    headers: { ...(as === null ? {} : { authorization: `Bearer ${as}` }), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  })
  const text = response.body
  const isJson = String(response.headers['content-type'] ?? '').includes('json')
  return { status: response.statusCode, body: isJson ? JSON.parse(text) : text, headers: response.headers }
}

export interface Created {
  id: string
  database: {
    id: string
    isDefault: boolean
    status: string
    defaultConnectionId: string | null
    connections: { id: string; endpoints: { direct: { connectionString: string } } }[]
    connectionString: string
    apiKeys: { connectionString: string }[]
    directConnection: { host: string; user: string; pass: string }
    region: { id: string; name: string }
  }
}
export const dataOf = <Data>(answer: Answer): Data => (answer.body as { data: Data }).data
export const errorOf = (answer: Answer) => (answer.body as { error: { code: string; message: string } }).error

export async function createProject(given: PrismaApp, body: object = {}): Promise<Created> {
  const answer = await send(given, 'POST', '/v1/projects', { body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return dataOf<Created>(answer)
}

/** What the agent would have told. */
export async function makeReady({ db }: PrismaApp): Promise<void> {
  await db
    .updateTable('databases')
    .set({ state: 'ready', ready_at: new Date() })
    .where('state', '=', 'provisioning')
    .execute()
}

/** As if the host had removed every server: a delete need not wait for one that is not there. */
export async function makeGone({ db }: PrismaApp): Promise<void> {
  await db.updateTable('instances').set({ observed: sql`'{"status": "absent"}'` }).execute()
}
