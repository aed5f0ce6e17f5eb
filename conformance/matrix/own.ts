import assert from 'node:assert/strict'
import type { Croft } from '../harness/croft.ts'

const TIMEOUT_MS = 30_000

/** Comes with a token, or with whatever else is in the headers. */
export interface Caller {
  readonly url: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request to any API of Croft and insists that it succeeds. Answers the body, null for none. */
export async function send<Body>(
  { url, token, headers }: Caller,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text === '' ? 'null' : text)
}

/** As the administrator, on Croft's own API. */
export function own<Body>({ bootstrap }: Croft, method: string, path: string, body?: object): Promise<Body> {
  const { url, adminToken: token } = bootstrap
  return send<Body>({ url, token }, method, `/api/croft/v1${path}`, body)
}
