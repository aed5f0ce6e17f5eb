import assert from 'node:assert/strict'
import type { Croft } from '../harness/croft.ts'
import { openApiCheck } from '../harness/openapi-check.ts'
import { asPassword } from './dbaas/basic.ts'
import { fromAddress } from './from-address.ts'
import type { Dialect, Operation } from './operations.ts'

const TIMEOUT_MS = 30_000

export interface Asked {
  /** Null sends none. */
  readonly token?: string | null
  /** By the names of the path's parameters. They are escaped unless they hold a `%` already. */
  readonly path: Readonly<Record<string, string>>
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown
  /** From an address that nobody else comes from. */
  readonly elsewhere?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
  /** The error's code in the words of the dialect; null of a success. */
  readonly code: string | null
}

// A stack, a path of the machine or of the source, and what PostgreSQL says of a statement; why a backup of the
// user’s own database failed is the user’s affair.
const INSIDE = [
  /\bat (async |new )?[\w.<>]+ \(|\bat file:|node:internal|node_modules|\.ts:\d/,
  /packages\/|\/proc\/|\/usr\/|\/root\/|\/home\//,
  /\b(select|insert into|update|delete from) "|syntax error at|violates|duplicate key|invalid byte|(?<!broke off the copy \()SQLSTATE/i,
]

/** What must not be seen in answers, except in those of the operations that show it. */
export interface Secret {
  readonly value: string
  readonly shownBy?: RegExp
}

export interface Asker {
  ask(operation: Operation, asked: Asked): Promise<Answer>
  /** These are never to be in an answer from now on. */
  hide(...secrets: readonly (string | Secret)[]): void
  readonly count: () => number
}

/** What DBaaS says of a failure as a whole; otherwise the fields that it finds fault with. */
function faultOf(body: object): string {
  if ('detail' in body) return String(body.detail)
  return Object.keys(body)
    .filter((field) => field !== '_links')
    .join()
}

function codeOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  if ('_links' in body) return faultOf(body)
  if ('code' in body) return String(body.code)
  if ('error' in body && typeof body.error === 'string') return body.error
  return 'error' in body && typeof body.error === 'object' && body.error !== null && 'code' in body.error
    ? String(body.error.code)
    : null
}

/** What DBaaS answers of paths that are none. */
const PAGE = '<h1>Not Found</h1><p>The requested URL was not found on this server.</p>'

/** Of a stream of JSON texts the list of them. */
function read(text: string, { headers }: Response): unknown {
  if (text === PAGE) return { code: 'page' }
  if (!headers.get('content-type')?.includes('ndjson')) return JSON.parse(text)
  return {
    data: text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  }
}

/** For a URL; what holds a `%` is escaped already. */
export const escaped = (value: string) => (value.includes('%') ? value : encodeURIComponent(value))

function urlOf(origin: string, { path }: Operation, asked: Asked): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = asked.path[name] ?? ''
    return escaped(value)
  })
  return `${origin}${filled}${asked.query === undefined ? '' : `?${asked.query}`}`
}

/**
 * Sends requests and insists on what holds for every answer whatever was asked: no 5xx, the status and the body
 * that the document declares, and nothing of the server's inside or of anybody's secrets.
 */
export function createAsker(croft: Croft): Asker {
  const checks = {
    prisma: openApiCheck('prisma'),
    croft: openApiCheck('croft'),
    prismeai: openApiCheck('prismeai'),
    dbaas: openApiCheck('dbaas'),
  } satisfies Record<Dialect, object>
  const { url, adminPassword, agentToken, serviceToken, adminToken } = croft.bootstrap
  const hidden = new Map<string, RegExp | undefined>()
  for (const each of [adminPassword, agentToken, serviceToken, adminToken, croft.dataDirectory]) {
    hidden.set(each, undefined)
  }
  let count = 0
  return {
    hide: (...secrets) => {
      for (const secret of secrets) {
        if (typeof secret === 'string') hidden.set(secret, undefined)
        else hidden.set(secret.value, secret.shownBy)
      }
    },
    count: () => count,
    async ask(operation, asked) {
      const { method, path, name, dialect } = operation
      const { token, body, headers = {}, elsewhere = false } = asked
      const authorization =
        dialect === 'dbaas' ? asPassword : (value: string) => ({ authorization: `Bearer ${value}` })
      count += 1
      // Whoever needs no credential is limited by address, so these come from many.
      const send = operation.open || elsewhere ? fromAddress(count) : fetch
      const response = await send(urlOf(url, operation, asked), {
        method,
        headers: {
          ...(token ? authorization(token) : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const text = await response.clone().text()
      const shown = `${name} ${JSON.stringify(asked).slice(0, 500)} answered ${response.status} ${text.slice(0, 1000)}`
      // What is not supported is said so: that is no failure.
      assert.ok(response.status < 500 || response.status === 501, shown)
      // A path that is none is of no operation, and DBaaS answers it with a page.
      if (!(dialect === 'dbaas' && response.status === 404 && text === PAGE))
        await checks[dialect].check({ method, path, response })
      for (const inside of INSIDE) {
        const found = inside.exec(text)
        const around = text.slice(Math.max(0, (found?.index ?? 0) - 100), (found?.index ?? 0) + 200)
        assert.equal(found, null, `${shown}\n of the inside of the server: ${around}`)
      }
      for (const [secret, shownBy] of hidden) {
        assert.ok(!text.includes(secret) || shownBy?.test(name), `a secret is in what ${shown}`)
      }
      const parsed: unknown = text === '' ? null : read(text, response)
      const code = response.ok ? null : codeOf(parsed)
      return { status: response.status, headers: response.headers, text, body: parsed, code }
    },
  }
}
