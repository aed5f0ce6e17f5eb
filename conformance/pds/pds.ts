import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Croft } from '../harness/croft.ts'
import { openApiCheck } from '../harness/openapi-check.ts'
import { makePerson } from '../matrix/people.ts'
import { checkSuccess, operationOf } from './contract-check.ts'

const ours = openApiCheck('pds')

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
}

export interface Sent {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Null sends none. */
  readonly token?: string | null
}

/** One who calls the API. Every answer is held against the contract and against our own document. */
export interface Caller {
  readonly token: string
  send<Body = unknown>(method: string, path: string, sent?: Sent): Promise<Answer<Body>>
  /** A success of this status; answers its body. */
  ok<Body>(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    headers?: Sent['headers'],
  ): Promise<Body>
  /** A failure of this status; answers its body. */
  refused(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    headers?: Sent['headers'],
  ): Promise<Refusal>
}

export interface Refusal {
  readonly code: string
  readonly message: string
  readonly details?: string
}

/** `GET /api/accounts/{id}` and the statuses that it has answered in this process. */
export const answered = new Map<string, Set<number>>()

export function callerOf({ bootstrap }: Croft, token: string): Caller {
  async function send<Body>(method: string, path: string, { body, headers, token: given }: Sent = {}) {
    const bearer = given === undefined ? token : given
    const response = await fetch(bootstrap.url + path, {
      method,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const operation = operationOf(method, path)
    answered.set(operation, (answered.get(operation) ?? new Set()).add(response.status))
    // Official clients tell failures by "<status> <reason phrase>".
    assert.equal(response.statusText, STATUS_CODES[response.status], operation)
    const [, template = ''] = operation.split(' ')
    await ours.check({
      method,
      path: ours.operations.includes(operation) ? template : oursOf(operation),
      response,
    })
    const text = await response.text()
    const value = text === '' ? null : JSON.parse(text)
    if (response.ok) checkSuccess(operation, response.status, value)
    else assert.ok(typeof value?.code === 'string' && typeof value.message === 'string', text)
    return { status: response.status, body: value as Body }
  }
  return {
    token,
    send,
    async ok<Body>(status: number, method: string, path: string, body?: unknown, headers?: Sent['headers']) {
      const answer = await send<Body>(method, path, {
        ...(body === undefined ? {} : { body }),
        ...(headers ? { headers } : {}),
      })
      assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    async refused(status, method, path, body, headers) {
      const answer = await send<Refusal>(method, path, {
        ...(body === undefined ? {} : { body }),
        ...(headers ? { headers } : {}),
      })
      assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
}

const nameless = (operation: string) => operation.replaceAll(/\{[^}]+\}/g, '{}')

/** Our document's path of an operation, whose parameters may have other names. */
function oursOf(operation: string): string {
  const found = ours.operations.find((each) => nameless(each) === nameless(operation))
  assert.ok(found, `our document has no ${operation}`)
  return found.split(' ')[1] ?? ''
}

export interface Tenant {
  /** A user who is account-admin, by a token. */
  readonly owner: Caller
  readonly accountId: string
  readonly tenantId: string
  readonly projectId: string
}

/** What the tests of all areas share: the installation's administrator and two tenants that know nothing of each other. */
export interface Pds {
  readonly croft: Croft
  readonly admin: Caller
  readonly first: Tenant
  readonly other: Tenant
  /** The token of nobody. */
  readonly nobody: Caller
}

interface Listed {
  readonly data: readonly { readonly id: string; readonly name: string }[]
}

/** Another account with a tenant and a project, and who administers it. */
export async function makeTenant(croft: Croft, admin: Caller, name: string): Promise<Tenant> {
  const { id: accountId } = await admin.ok<{ id: string }>(200, 'POST', '/api/accounts', { name })
  const tenants = await admin.ok<Listed>(200, 'GET', `/api/accounts/${accountId}/tenants`)
  const tenantId = tenants.data[0]?.id ?? assert.fail('an account has a tenant')
  const projects = await admin.ok<Listed>(200, 'GET', `/api/tenants/${tenantId}/projects`)
  const projectId = projects.data[0]?.id ?? assert.fail('a tenant has a project')
  const owner = await newUser(croft, { role: 'organization-admin', type: 'organization', id: accountId })
  return { owner, accountId, tenantId, projectId }
}

/** A user with these roles, by an API key of their own; roles and scopes have the names of our own API. */
export async function newUser(
  croft: Croft,
  ...roles: readonly { readonly role: string; readonly type: string; readonly id: string }[]
): Promise<Caller & { readonly userId: string; readonly email: string; readonly password: string }> {
  const person = await makePerson(
    croft,
    randomUUID(),
    roles.map(({ role, ...scope }) => ({ role, scope })),
  )
  const { id: userId, email, password, key } = person
  return { ...callerOf(croft, key.value), userId, email, password }
}

export async function setUp(croft: Croft): Promise<Pds> {
  const admin = callerOf(croft, croft.bootstrap.adminToken)
  const first = await makeTenant(croft, admin, 'first')
  const other = await makeTenant(croft, admin, 'other')
  return { croft, admin, first, other, nobody: callerOf(croft, randomUUID()) }
}
