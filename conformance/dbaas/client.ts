import assert from 'node:assert/strict'
import type { Croft } from '../harness/croft.ts'

export type Json = Readonly<Record<string, unknown>> & {
  readonly _links: { readonly self: string; readonly count?: number; readonly next?: string | null }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Json
}

/** A user and password as `curl -u` takes them; null is nobody. */
export type User = `${string}:${string}` | null

export interface Sent {
  readonly as?: User
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What scripts with curl did: Basic authentication and JSON. */
export function dbaasClient({ bootstrap }: Pick<Croft, 'bootstrap'>) {
  const { url, adminEmail, adminPassword, adminToken } = bootstrap
  const admin: User = `${adminEmail}:${adminPassword}`

  async function send(
    method: string,
    path: string,
    { as = admin, body, headers = {} }: Sent = {},
  ): Promise<Answer> {
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: {
        ...(as === null ? {} : { authorization: `Basic ${Buffer.from(as).toString('base64')}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type') === 'application/json'
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
  }

  /** The body, when the status is the one wanted. */
  async function want(status: number, method: string, path: string, sent?: Sent): Promise<Json> {
    const answer = await send(method, path, sent)
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`)
    return answer.body
  }

  return {
    url,
    admin,
    send,
    want,
    /** Another workspace, and a user who is its service token. */
    async makeTeam(name: string): Promise<User> {
      const authorization = `Bearer ${adminToken}`
      const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
        const response = await fetch(`${url}/api/croft/v1${path}`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
        assert.equal(response.status, 201, await response.clone().text())
        return (await response.json()) as Record<string, unknown>
      }
      const { id } = await post('/workspaces', { name })
      const token = await post('/tokens', { workspaceId: id, name: 'test' })
      return `token:${token.value}`
    },
  }
}
export type DbaasClient = ReturnType<typeof dbaasClient>
