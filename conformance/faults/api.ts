import assert from 'node:assert/strict'
import type { Croft } from '../harness/croft.ts'
import { until } from './until.ts'

const TIMEOUT_MS = 30_000

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
}

export interface NewDatabase {
  readonly id: string
  readonly status: string
  readonly connectionString: string | null
}

export interface NewProject {
  readonly id: string
  readonly name: string
  readonly database: NewDatabase
}

/** A database as Croft's own API shows it. */
export interface Database {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly stateMessage: string | null
  readonly projectId: string
}

export interface Backup {
  readonly id: string
  readonly state: string
  readonly error: string | null
}

/** One request; rejects when the connection fails. `asked` is the origin, the token and a key if any. */
export async function request<Body>(
  asked: { readonly url: string; readonly token: string; readonly key?: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<Body>> {
  const response = await fetch(`${asked.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${asked.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(asked.key === undefined ? {} : { 'idempotency-key': asked.key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await response.text()
  assert.doesNotMatch(text, /\n\s+at |node_modules|\.ts:\d/, 'an answer shows the inside of the server')
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** As the workspace's service token, on the Prisma Management API. */
export function asService(croft: Croft, key?: string) {
  const { url, serviceToken: token } = croft.bootstrap
  return key === undefined ? { url, token } : { url, token, key }
}

/** As the administrator, on Croft's own API. */
export function asAdministrator(croft: Croft) {
  return { url: croft.bootstrap.url, token: croft.bootstrap.adminToken }
}

const OWN = '/api/croft/v1'

/** Sends a request to Croft's own API and insists on its status. */
export async function own<Body>(
  croft: Croft,
  status: number,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const answer = await request<Body>(asAdministrator(croft), method, OWN + path, body)
  assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** A list of Croft's own API; tests make fewer things than a page has. */
export async function list<Item>(croft: Croft, path: string): Promise<Item[]> {
  const page = await own<{ data: Item[] }>(croft, 200, 'GET', `${path}?limit=1000`)
  return page.data
}

const READY_MS = 30_000

/** Makes a project with its database and waits, on a busy machine, until that is `ready`. */
export async function createProject(croft: Croft, name: string): Promise<NewProject> {
  const project = await sendProject(croft, name)
  if (project.database.status === 'ready') return project
  await until(async () => {
    const path = `/v1/databases/${project.database.id}`
    const { body } = await request<{ data: NewDatabase }>(asService(croft), 'GET', path)
    assert.equal(body.data.status, 'ready')
  }, READY_MS)
  return project
}

/** Makes a project with its database, in whatever state that is. */
export async function sendProject(croft: Croft, name: string): Promise<NewProject> {
  const { status, body } = await request<{ data: NewProject }>(asService(croft), 'POST', '/v1/projects', {
    name,
  })
  assert.equal(status, 201, JSON.stringify(body))
  return body.data
}
