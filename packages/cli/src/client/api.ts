import { CliFault } from '../fault.ts'
import { type Asked, problemOf, readBody, TIMEOUT_MS, unreachable } from './answers.ts'

export const API_PATH = '/api/croft/v1'
const PAGE = 100

export type Query = Readonly<Record<string, string | number | undefined>>

export interface Api {
  readonly connection: Asked
  get<T>(path: string, query?: Query): Promise<T>
  post<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T>
  patch<T>(path: string, body: Readonly<Record<string, unknown>>): Promise<T>
  /** Puts what `change` makes of a thing in its place, unless somebody else changed it meanwhile. */
  replace<T>(path: string, change: (now: T) => Readonly<Record<string, unknown>>): Promise<T>
  remove(path: string, query?: Query): Promise<void>
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

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

/** Croft's own API. Every failure is a `CliFault` that can be shown. `credential` are the headers that say who asks. */
export function openApi(connection: Asked, credential: Readonly<Record<string, string>>): Api {
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
        ...credential,
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

  async function exchange(
    method: string,
    path: string,
    query: Query,
    more: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<{ readonly answer: unknown; readonly tag: string | null }> {
    let response: Response
    let answer: unknown
    try {
      response = await send(method, path, query, more, AbortSignal.timeout(TIMEOUT_MS))
      answer = await readBody(response)
    } catch (error) {
      throw unreachable(error, connection)
    }
    if (!response.ok) throw problemOf(response.status, answer, connection)
    if (answer === null && response.status !== 204 && method !== 'DELETE')
      throw problemOf(response.status, null, connection)
    return { answer, tag: response.headers.get('etag') }
  }

  async function request(method: string, path: string, query: Query, body?: unknown): Promise<unknown> {
    return (await exchange(method, path, query, { body })).answer
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
      if (!response.ok) throw problemOf(response.status, await readBody(response), connection)
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
    async replace<T>(path: string, change: (now: T) => Readonly<Record<string, unknown>>) {
      const { answer, tag } = await exchange('GET', path, {}, {})
      const headers: Record<string, string> = tag === null ? {} : { 'if-match': tag }
      return (await exchange('PUT', path, {}, { body: change(answer as T), headers })).answer as T
    },
    async remove(path, query = {}) {
      await request('DELETE', path, query)
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
