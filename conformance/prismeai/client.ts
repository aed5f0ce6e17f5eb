import assert from 'node:assert/strict'
import type { Croft } from '../harness/croft.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** As whom a request is sent: a bearer token, a key in the header, both, or nobody. */
export interface As {
  readonly token?: string | undefined
  readonly key?: string | undefined
}

/** An event as it is listed. */
export interface Listed {
  readonly id: string
  readonly type: string
  readonly payload?: unknown
  readonly source: Readonly<Record<string, unknown>>
}

/** A plain HTTP client, as programs that send `x-prismeai-api-key` are. */
export function prismeaiClient({ bootstrap }: Croft) {
  const { url, workspaceId, serviceToken } = bootstrap
  const owner: As = { token: serviceToken }
  const headersOf = ({ token, key }: As): Record<string, string> => ({
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(key === undefined ? {} : { 'x-prismeai-api-key': key }),
  })

  async function send(method: string, path: string, as: As = owner, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...headersOf(as), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  const workspace = `/v2/workspaces/${workspaceId}`
  const keys = `${workspace}/security/apikeys`
  return {
    url,
    send,
    headersOf,
    owner,
    workspaceId,
    workspace,
    keys,
    /** Makes a key with these rules; answers its value. */
    async makeKey(...rules: readonly object[]): Promise<string> {
      const { status, body } = await send('POST', keys, owner, { name: 'test', rules })
      assert.equal(status, 200, JSON.stringify(body))
      return (body as { apiKey: string }).apiKey
    },
    /** A second workspace, with a service token of its own. */
    async makeOther(): Promise<{ id: string; token: string }> {
      const admin = { token: bootstrap.adminToken }
      const made = await send('POST', '/api/croft/v1/workspaces', admin, { name: 'Other' })
      assert.equal(made.status, 201, JSON.stringify(made.body))
      const { id } = made.body as { id: string }
      const token = await send('POST', '/api/croft/v1/tokens', admin, { workspaceId: id, name: 'other' })
      assert.equal(token.status, 201, JSON.stringify(token.body))
      return { id, token: (token.body as { value: string }).value }
    },
  }
}
export type PrismeaiClient = ReturnType<typeof prismeaiClient>
