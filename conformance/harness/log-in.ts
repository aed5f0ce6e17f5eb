import assert from 'node:assert/strict'

const TIMEOUT_MS = 30_000

/** A browser that is logged in. */
export interface Session {
  readonly id: string
  /** For the header `cookie`. */
  readonly cookie: string
  readonly csrfToken: string
}

export interface LoginGiven {
  readonly email: string
  readonly password: string
  readonly code?: string
}

/** The answer to a login on our own API, whatever it is. */
export const tryLogIn = (url: string, given: LoginGiven): Promise<Response> =>
  fetch(`${url}/api/croft/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })

export async function logIn(url: string, given: LoginGiven): Promise<Session> {
  const response = await tryLogIn(url, given)
  assert.equal(response.status, 201, await response.clone().text())
  const { id, csrfToken } = (await response.json()) as { id: string; csrfToken: string }
  const [cookie = ''] = response.headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
  return { id, cookie, csrfToken }
}

/** The headers of a request that a page of ours sends. */
export const headersOf = ({ cookie, csrfToken }: Session) => ({ cookie, 'x-csrf-token': csrfToken })
