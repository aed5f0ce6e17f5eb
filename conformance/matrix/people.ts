import { randomBytes } from 'node:crypto'
import type { Croft } from '../harness/croft.ts'
import { headersOf, logIn, type Session } from '../harness/log-in.ts'
import { own, send } from './own.ts'

interface Created {
  readonly id: string
}
export interface Role {
  readonly role: string
  readonly scope: { readonly type: string; readonly id: string }
}

/** Somebody with a password, a browser that is logged in, and an API key. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly session: Session
  readonly key: { readonly id: string; readonly value: string }
  /** In the order of the roles. */
  readonly bindings: readonly string[]
}

/** Makes a user who holds these roles. */
export async function makePerson(croft: Croft, name: string, roles: readonly Role[] = []): Promise<Person> {
  const { url } = croft.bootstrap
  const email = `${name}@example.com`
  const password = `canary-${randomBytes(9).toString('hex')}`
  const { id } = await own<Created>(croft, 'POST', '/users', { email, password, displayName: name })
  const bindings: string[] = []
  for (const each of roles) {
    const holder = { type: 'user', id }
    bindings.push((await own<Created>(croft, 'POST', '/role-bindings', { holder, ...each })).id)
  }
  const session = await logIn(url, { email, password })
  const key = await bySession<Created & { value: string }>(url, session, 'POST', '/user-api-keys', { name })
  return { id, email, password, session, key, bindings }
}

/** As a page of ours sends it. */
export function bySession<Body>(
  url: string,
  session: Session,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  return send<Body>({ url, headers: headersOf(session) }, method, `/api/croft/v1${path}`, body)
}

export interface Program {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly token: string
}

/** Makes a service identity of the organization that holds these roles, and logs it in. */
export async function makeProgram(
  croft: Croft,
  organizationId: string,
  name: string,
  roles: readonly Role[] = [],
): Promise<Program> {
  const made = await own<Omit<Program, 'token'>>(croft, 'POST', '/service-identities', {
    name,
    organizationId,
  })
  for (const each of roles) {
    await own(croft, 'POST', '/role-bindings', { holder: { type: 'identity', id: made.id }, ...each })
  }
  const { clientId, clientSecret } = made
  const { token } = await own<{ token: string }>(croft, 'POST', '/service-identities/token', {
    clientId,
    clientSecret,
  })
  return { id: made.id, clientId, clientSecret, token }
}
