import { isRecord } from '../record.ts'
import { type Asked, problemOf, readBody, TIMEOUT_MS, unreachable } from './answers.ts'
import { API_PATH, type Api, openApi } from './api.ts'

export interface LoginGiven {
  readonly email: string
  readonly password: string
  /** Of the authenticator app, or a recovery code. */
  readonly code?: string
}

/**
 * The API as a person who has just logged in, until `DELETE /session`. Throws `ApiProblem`, with the code
 * `second-factor-required` when the password is right and a code is asked for besides.
 */
export async function logIn(asked: Asked, given: LoginGiven): Promise<Api> {
  let response: Response
  let body: unknown
  try {
    response = await fetch(new URL(`${API_PATH}/session`, asked.url), {
      method: 'POST',
      headers: { accept: 'application/json, application/problem+json', 'content-type': 'application/json' },
      body: JSON.stringify(given),
      // A password is for the address it was typed for.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    body = await readBody(response)
  } catch (error) {
    throw unreachable(error, asked)
  }
  const csrfToken = isRecord(body) ? body.csrfToken : undefined
  if (!response.ok || typeof csrfToken !== 'string') throw problemOf(response.status, body, asked)
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  return openApi(asked, { cookie, 'x-csrf-token': csrfToken })
}
