import type { Answer, Call } from './api.ts'
import { page } from './api.ts'

export interface TestKey {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly createdAt: string
  readonly expiresAt: string | null
  enabled: boolean
}

const MOST_KEYS = 10
const PASSWORD = 'right password'
const CODE = '123456'

const problem = (status: number, code: string): Answer => ({ status, body: { title: code, status, code } })

/** As much of people, sessions and their keys as a login needs, with one user. */
export function peopleServer(options: { readonly secondFactor?: boolean } = {}) {
  const keys: TestKey[] = []
  const sessions = new Set<string>()

  function logIn(body: unknown): Answer {
    const { password, code } = body as { password?: string; code?: string }
    if (password !== PASSWORD) return problem(401, 'not-authenticated')
    if (options.secondFactor && code === undefined) return problem(401, 'second-factor-required')
    if (options.secondFactor && code !== CODE) return problem(401, 'not-authenticated')
    const secret = `s${sessions.size + 1}`
    sessions.add(secret)
    const headers = { 'set-cookie': `croft_session=${secret}; Path=/; HttpOnly` }
    return { status: 201, headers, body: { id: secret, csrfToken: `csrf of ${secret}` } }
  }

  function isKnown({ token, headers }: Call): boolean {
    const secret = headers.cookie?.replace('croft_session=', '') ?? ''
    if (sessions.has(secret)) return headers['x-csrf-token'] === `csrf of ${secret}`
    return keys.some(({ value, enabled }) => enabled && value === token)
  }

  /** As the real one: a key may neither see nor change keys. */
  function onKey(call: Call): Answer {
    if (call.token !== undefined) return problem(403, 'forbidden')
    const key = keys.find(({ id }) => call.path === `/user-api-keys/${id}`)
    if (!key) return problem(404, 'key-not-found')
    if (call.method === 'PATCH') {
      key.enabled = (call.body as { enabled: boolean }).enabled
      return { status: 200, body: key }
    }
    if (key.enabled) return problem(409, 'key-enabled')
    keys.splice(keys.indexOf(key), 1)
    return { status: 204 }
  }

  let made = 0
  function add(name: string, more: Partial<TestKey> = {}): TestKey {
    const id = `k${++made}`
    const createdAt = new Date(Date.UTC(2026, 0, made)).toISOString()
    const key = { id, name, value: `value of ${id}`, enabled: true, createdAt, expiresAt: null, ...more }
    keys.push(key)
    return key
  }

  function answer(call: Call, asked: string): Answer | undefined {
    if (asked === 'POST /session') return logIn(call.body)
    if (!isKnown(call)) return problem(401, 'not-authenticated')
    if (asked === 'DELETE /session') {
      // What comes with a key ends the key.
      const own = keys.findIndex(({ value }) => value === call.token)
      if (own !== -1) keys.splice(own, 1)
      sessions.delete(call.headers.cookie?.replace('croft_session=', '') ?? '')
      return { status: 204 }
    }
    if (asked === 'GET /me') return { status: 200, body: { type: 'user', id: 'u', name: 'ann', roles: [] } }
    if (asked === 'GET /user-api-keys') return page(keys)
    if (asked !== 'POST /user-api-keys') return onKey(call)
    if (keys.length >= MOST_KEYS) return problem(409, 'too-many-keys')
    const { name, expiresAt } = call.body as TestKey
    if (keys.some((key) => key.name === name)) return problem(409, 'name-taken')
    return { status: 201, body: add(name, { expiresAt }) }
  }

  return { answer, add, keys, sessions, password: PASSWORD, code: CODE }
}
