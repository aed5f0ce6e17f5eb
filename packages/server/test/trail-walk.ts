import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { sql } from 'kysely'
import { BASE_PATH, OPERATIONS as CROFT, OPEN_OPERATIONS } from '../src/dialects/croft/index.ts'
import { mountDialect } from '../src/dialects/dialect.ts'
import { OPERATIONS as PRISMA } from '../src/dialects/prisma/index.ts'
import { OPERATIONS as PRISMEAI } from '../src/dialects/prismeai/index.ts'
import { createDialects } from '../src/main/dialects.ts'
import { buildHttp } from './http.ts'
import { createPrismaApp, ORIGIN } from './prisma-app.ts'

type Table = Readonly<Record<string, readonly [method: string, path: string, operation: unknown]>>
const TABLES: readonly (readonly [dialect: string, basePath: string, table: Table])[] = [
  ['croft', BASE_PATH, { ...CROFT, ...OPEN_OPERATIONS }],
  ['prisma', '', PRISMA],
  ['prismeai', '', PRISMEAI],
]

/** Every operation that changes something, by its name. */
export const CHANGES: ReadonlyMap<string, { readonly method: string; readonly path: string }> = new Map(
  TABLES.flatMap(([dialect, basePath, table]) =>
    Object.entries(table)
      .filter(([, [method]]) => method !== 'GET')
      .map(
        ([name, [method, path]]) => [`${dialect}.${name}`, { method, path: `${basePath}${path}` }] as const,
      ),
  ),
)

export interface Sent {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: object
  /** A bearer token; the workspace's unless given, null for none. */
  readonly as?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

const SECRET = /token|secret|password|pass$|link|value|apikey|code|connectionstring|clientsecret|url$/i

const TIME = /^\d{4}-\d\d-\d\dT/

/** What of an answer or a request must stay secret. */
function* secretsIn(value: unknown, name = ''): Generator<string> {
  if (typeof value === 'string') {
    // Links and connection strings hold the secret, and the rest of them none.
    const inner = /[?&]token=([^&]+)/.exec(value)?.[1] ?? /^\w+:\/\/[^:/]+:([^@]+)@/.exec(value)?.[1]
    const isAddress = value.includes('://')
    if (inner !== undefined) yield decodeURIComponent(inner)
    else if (SECRET.test(name) && !isAddress && value.length >= 8 && !TIME.test(value)) yield value
  } else if (Array.isArray(value)) {
    for (const item of value) yield* secretsIn(item, name)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* secretsIn(item, key)
  }
}

/** All dialects on one real domain, and what uses them one operation after another. */
export async function createWalk(t: TestContext) {
  const given = await createPrismaApp(t)
  const { domain, db, token } = given
  const { app } = buildHttp(t, {
    checkResponses: true,
    settings: { CROFT_RATE_LIMIT: 0, CROFT_BODY_LIMIT: 65_536 },
  })
  for (const dialect of createDialects(domain, { originOf: () => ORIGIN, createDb: null })) {
    await mountDialect(app, dialect)
  }
  const done = new Set<string>()
  const silent: string[] = []
  const secrets = new Set<string>([given.token, given.otherToken])

  /** Uses one operation, which must succeed; answers the body and the headers. */
  async function use(name: string, { params = {}, query = '', body, as = token, headers = {} }: Sent = {}) {
    const operation = CHANGES.get(name)
    assert.ok(operation, `${name} is no operation that changes something`)
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, param: string) => {
      const value = params[param]
      assert.ok(value, `${name} needs ${param}`)
      return encodeURIComponent(value)
    })
    const response = await app.inject({
      method: operation.method as 'POST',
      url: path + query,
      headers: { ...(as === null ? {} : { authorization: `Bearer ${as}` }), ...headers },
      ...(body === undefined ? {} : { payload: body }),
    })
    assert.ok(response.statusCode < 300, `${name}: ${response.statusCode} ${response.body}`)
    const answer: unknown = response.body === '' ? null : JSON.parse(response.body)
    for (const secret of [...secretsIn(answer), ...secretsIn(body)]) secrets.add(secret)
    const cookie = response.cookies.find(({ value }) => value !== '')
    if (cookie) secrets.add(cookie.value)
    const events = await db
      .selectFrom('events')
      .select('id')
      .where('request_id', '=', String(response.headers['x-request-id']))
      .execute()
    if (events.length === 0) silent.push(name)
    done.add(name)
    return {
      // The test reads answers of many shapes, and fails where they are others.
      body: answer as Record<string, string> & { data: Record<string, string> & Record<string, unknown> },
      cookie: cookie === undefined ? '' : `${cookie.name}=${cookie.value}`,
    }
  }

  return {
    ...given,
    use,
    done,
    silent,
    secrets,
    /** What agents would have told by now. */
    async settle() {
      await sql`update databases set state = 'ready', ready_at = now() where state in ('provisioning', 'recovering')`.execute(
        db,
      )
      await sql`update backups set state = 'completed', key = id::text, version = '18', stored_bytes = 1, size_bytes = 1, completed_at = now() where state = 'running'`.execute(
        db,
      )
      await sql`update instances set observed = '{"status": "absent"}', observed_revision = 1000000`.execute(
        db,
      )
    },
  }
}
