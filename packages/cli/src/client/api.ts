import { CliFault } from '../fault.ts'
import { isRecord } from '../record.ts'
import type { Connection } from './connection.ts'

export const API_PATH = '/api/croft/v1'
// Creating a database may wait for it to answer; the API itself gives up well before this.
const TIMEOUT_MS = 60_000
const PAGE = 100

/** An answer that says no, as an RFC 9457 problem. */
export class ApiProblem extends CliFault {
  readonly status: number
  readonly code: string | null
  constructor(status: number, message: string, code: string | null, hint: string | undefined) {
    super(message, hint === undefined ? {} : { hint })
    this.name = 'ApiProblem'
    this.status = status
    this.code = code
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>

export interface Api {
  readonly connection: Connection
  get<T>(path: string, query?: Query): Promise<T>
  post<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T>
  patch<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T>
  remove(path: string): Promise<void>
  /** An answer that goes on, line by line, as long as the server sends it; one that is cut off is a fault. */
  lines(path: string, query?: Query, headers?: Readonly<Record<string, string>>): AsyncIterable<string>
  /** All pages of a list. */
  list<T>(path: string, query?: Query): Promise<T[]>
}

interface Page<T> {
  readonly data: readonly T[]
  /** Absent where there are never many. */
  readonly pagination?: { readonly nextCursor: string | null; readonly hasMore: boolean }
}

/** `/name: must not be empty`, for each field that a problem names. */
function wrongFields(fields: unknown): string[] {
  if (!Array.isArray(fields)) return []
  return fields.flatMap((field: unknown) =>
    isRecord(field) && typeof field.path === 'string' && typeof field.message === 'string'
      ? [`  ${field.path}: ${field.message}`]
      : [],
  )
}

function problemOf(status: number, body: unknown, url: string): ApiProblem {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const fields = isRecord(body) ? body : {}
  const message =
    text(fields.detail) ??
    text(fields.title) ??
    `${url} answered ${status} without saying why. Is it a Croft of this version?`
  const hint =
    [...wrongFields(fields.fields), text(fields.hint)].filter((line) => line !== undefined).join('\n') ||
    (status === 401 ? 'Give a valid token with --token or CROFT_TOKEN.' : undefined)
  return new ApiProblem(status, message, text(fields.code) ?? null, hint)
}

function causeCode(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined
  return isRecord(cause) && typeof cause.code === 'string' ? cause.code : null
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function unreachable(error: unknown, connection: Connection): CliFault {
  const code = causeCode(error)
  if (connection.isLocal && code === 'ECONNREFUSED')
    return new CliFault('Croft is not running.', { hint: 'Start it: npm start' })
  if (error instanceof Error && error.name === 'TimeoutError')
    return new CliFault(`${connection.url} did not answer within ${TIMEOUT_MS / 1000} s.`)
  // fetch refuses some ports outright and says so in the cause's message only.
  const reason = code ?? messageOf(error instanceof Error ? (error.cause ?? error) : error)
  return new CliFault(`${connection.url} cannot be reached (${reason}).`, {
    hint: 'Check the address (--url or CROFT_URL) and whether Croft runs there.',
  })
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

/** Croft's own API. Every failure is a `CliFault` that can be shown. */
export function openApi(connection: Connection): Api {
  async function send(
    method: string,
    path: string,
    query: Query,
    more: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
    signal: AbortSignal,
  ): Promise<Response> {
    const url = new URL(`${API_PATH}${path}`, connection.url)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const { body, headers } = more
    return await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${connection.token}`,
        accept: 'application/json, application/problem+json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A token is for the address it was given for.
      redirect: 'error',
      signal,
    })
  }

  async function request(method: string, path: string, query: Query, body?: unknown): Promise<unknown> {
    let response: Response
    let answer: unknown
    try {
      response = await send(method, path, query, { body }, AbortSignal.timeout(TIMEOUT_MS))
      answer = await readBody(response)
    } catch (error) {
      throw unreachable(error, connection)
    }
    if (!response.ok) throw problemOf(response.status, answer, connection.url)
    if (answer === null && response.status !== 204 && method !== 'DELETE')
      throw problemOf(response.status, null, connection.url)
    return answer
  }

  async function* lines(path: string, query: Query = {}, headers: Readonly<Record<string, string>> = {}) {
    const ended = new AbortController()
    // The answer must begin in time; then it may take as long as it likes.
    const timer = setTimeout(() => ended.abort(), TIMEOUT_MS)
    try {
      const accept = 'application/x-ndjson, text/event-stream, application/problem+json'
      const more = { headers: { accept, ...headers } }
      const response = await send('GET', path, query, more, ended.signal)
      clearTimeout(timer)
      if (!response.ok) throw problemOf(response.status, await readBody(response), connection.url)
      if (response.body) yield* splitLines(response.body.pipeThrough(new TextDecoderStream()))
    } catch (error) {
      throw error instanceof CliFault ? error : unreachable(error, connection)
    } finally {
      clearTimeout(timer)
      ended.abort()
    }
  }

  return {
    connection,
    get: async <T>(path: string, query: Query = {}) => (await request('GET', path, query)) as T,
    post: async <T>(path: string, body: Readonly<Record<string, unknown>>) =>
      (await request('POST', path, {}, body)) as T,
    patch: async <T>(path: string, body: Readonly<Record<string, unknown>>) =>
      (await request('PATCH', path, {}, body)) as T,
    async remove(path) {
      await request('DELETE', path, {})
    },
    lines,
    async list<T>(path: string, query: Query = {}) {
      const rows: T[] = []
      let cursor: string | undefined
      do {
        const page = (await request('GET', path, { limit: PAGE, ...query, cursor })) as Page<T>
        rows.push(...page.data)
        const next = page.pagination?.hasMore ? page.pagination.nextCursor : null
        // A server that repeats a cursor would keep us here for ever.
        cursor = next === null || next === cursor ? undefined : next
      } while (cursor !== undefined)
      return rows
    },
  }
}
