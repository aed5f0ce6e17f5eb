import { randomUUID } from 'node:crypto'
import type { Expected } from '../expected.ts'
import { basic, bearerIn } from './basic.ts'

type Headers = Readonly<Record<string, string>>

export interface BadCredential {
  readonly fault: string
  readonly headers: Headers
  readonly expected: Expected
  /** Taken for a password: to see that it is wrong takes time, on purpose. */
  readonly isGuess: boolean
}

const NOT_PROVIDED = 'Authentication credentials were not provided.'
const WRONG = 'Invalid username/password'

/** Of the faulty those that do not look like a token. */
const NO_TOKENS = new Set([
  'garbage',
  'bytes beyond ASCII',
  'very long',
  'no signature',
  'a session as bearer',
  'an agent’s',
])

/** What lets nobody in: `token` would, as a password; the `faulty` are headers that our other APIs refuse. */
export function badCredentials(token: string, faulty: Readonly<Record<string, Headers>>): BadCredential[] {
  const of = (fault: string, authorization: string, detail: string): BadCredential => ({
    fault,
    headers: { authorization },
    expected: [401, detail],
    isGuess: detail === WRONG,
  })
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  return [
    of('another scheme', `Bearer ${token}`, NOT_PROVIDED),
    of('no scheme', token, NOT_PROVIDED),
    of('a longer scheme', `Basics ${encoded(`x:${token}`)}`, NOT_PROVIDED),
    of('no credentials', 'Basic', 'Invalid basic header. No credentials provided.'),
    of('spaces', `Basic a ${token}`, 'Invalid basic header. Credentials string should not contain spaces.'),
    of('not encoded', 'Basic x:y', 'Invalid basic header. Credentials not correctly base64 encoded'),
    of(
      'bytes beyond ASCII',
      'Basic \xff\xfe',
      'Invalid basic header. Credentials not correctly base64 encoded',
    ),
    of('bytes that are no text', `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x00]).toString('base64')}`, WRONG),
    of('very long', `Basic ${encoded(`x:${'y'.repeat(6000)}`)}`, WRONG),
    of('nothing', `Basic ${encoded(':')}`, WRONG),
    of('no colon', `Basic ${encoded(token)}`, WRONG),
    of('a token as the user', basic(token, '').authorization ?? '', WRONG),
    ...Object.entries(faulty).map(([fault, headers]): BadCredential => {
      const password = bearerIn(headers)
      const expected: Expected = [401, password === undefined ? NOT_PROVIDED : WRONG]
      if (password === undefined) return { fault, headers, expected, isGuess: false }
      const isGuess = NO_TOKENS.has(fault)
      // Whoever guesses one account’s password has to wait.
      return { fault, headers: basic(isGuess ? randomUUID() : 'anybody', password), expected, isGuess }
    }),
  ]
}
