import type { FastifyReply, FastifyRequest } from 'fastify'
import { ANONYMOUS, type Call, mayEver } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { ErrorAnswer, RenderError } from '../../platform/http/index.ts'
import { csrfTokenFor } from './authenticate.ts'
import type { DbaasDeps, OriginOf } from './deps.ts'
import { allowOf, type Endpoint } from './endpoint.ts'
import { errorBody, formOf, NO_PERMISSION, tellAs } from './errors.ts'
import { createFields } from './fields.ts'
import type { Hal } from './hal.ts'
import { createHyperlinks, escapeTarget } from './hyperlinks.ts'
import type { Input, Operation } from './operation.ts'
import { readBody } from './read-body.ts'
import { type Answer, type PageInput, type RenderedPage, type RenderPage, renderJson } from './render.ts'
import { stateOf } from './request-state.ts'

const NOT_FOUND = '<h1>Not Found</h1><p>The requested URL was not found on this server.</p>'
const SERVER_ERROR = '<h1>Server Error (500)</h1>'

export interface AnswererOptions {
  readonly deps: DbaasDeps
  readonly endpoints: readonly Endpoint[]
  readonly originOf: OriginOf
  readonly renderPage: RenderPage
}

/** The last values of a query by name. */
const queryOf = (search: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(search).filter(([name]) => name !== '__proto__'))

/** Runs operations and turns what they answer, or how they fail, into JSON or a page. */
export function createAnswerer({ deps, endpoints, originOf, renderPage }: AnswererOptions) {
  const urlOf = (request: FastifyRequest): string => `${originOf(request)}${escapeTarget(request.url)}`

  function callOf(request: FastifyRequest): Call {
    const principal = stateOf(request).caller?.principal ?? ANONYMOUS
    const call = { principal, requestId: request.id }
    return request.resourceId === null ? call : { ...call, resourceId: request.resourceId }
  }

  async function run(operation: Operation, request: FastifyRequest): Promise<Answer> {
    const state = stateOf(request)
    const url = urlOf(request)
    const input: Input = {
      call: callOf(request),
      id: (request.params as { readonly id?: string }).id ?? '',
      query: queryOf(new URL(url).searchParams),
      links: createHyperlinks(originOf(request), url),
      version: state.media.version,
      step: typeof state.given?.step === 'string' ? state.given.step : null,
      async fields() {
        state.given ??= await readBody(state.body)
        return createFields(state.given)
      },
    }
    return answerOf(operation, input)
  }

  async function answerOf(operation: Operation, input: Input): Promise<Answer> {
    const { needs } = operation
    if (needs && !mayEver(input.call.principal, ...needs)) throw new CroftError('forbidden', NO_PERMISSION)
    try {
      const hal = (await operation.handle(input, deps)) as Hal | null
      const location = operation.status === 201 && hal ? { location: hal._links.self } : {}
      return { status: operation.status, hal, ...location }
    } catch (error) {
      const words = error instanceof CroftError ? operation.words?.[error.code] : undefined
      if (!(error instanceof CroftError) || words === undefined) throw error
      throw tellAs(error, typeof words === 'function' ? words(error) : words)
    }
  }

  /** Reads another resource as the same caller; null when that fails in a way that callers are told of. */
  async function read(request: FastifyRequest, path: string): Promise<Hal | null> {
    const origin = originOf(request)
    const url = new URL(path, origin)
    for (const endpoint of endpoints) {
      const pattern = new RegExp(`^${endpoint.path.replace('{id}', '([^/]+)')}$`)
      const [whole, id = ''] = pattern.exec(url.pathname) ?? []
      const found = endpoint.operations.get('GET')
      if (whole === undefined || !found) continue
      const { principal, requestId } = callOf(request)
      const input: Input = {
        call: { principal, requestId },
        id,
        query: queryOf(url.searchParams),
        links: createHyperlinks(origin, url.href),
        version: 2,
        step: null,
        fields: async () => createFields({}),
      }
      try {
        return (await found.operation.handle(input, deps)) as Hal | null
      } catch (error) {
        if (error instanceof CroftError && error.code !== 'unavailable') return null
        throw error
      }
    }
    return null
  }

  function pageInput(request: FastifyRequest, answer: Answer): PageInput {
    const { media, caller, endpoint, method, given } = stateOf(request)
    const texts = Object.entries(given ?? {}).filter(([, value]) => typeof value !== 'object')
    return {
      request,
      answer,
      method,
      endpoint,
      id: (request.params as { readonly id?: string }).id ?? '',
      origin: originOf(request),
      url: urlOf(request),
      media,
      allow: endpoint ? allowOf(endpoint) : [],
      principal: caller?.principal ?? null,
      csrfToken: caller ? csrfTokenFor(caller) : null,
      given: Object.fromEntries(texts.map(([name, value]) => [name, String(value)])),
      read: (path) => read(request, path),
    }
  }

  async function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
    const { media } = stateOf(request)
    void reply.code(answer.status)
    if (answer.location !== undefined) void reply.header('location', answer.location)
    if (media.format === 'html') {
      const page = await renderPage(pageInput(request, answer))
      return sendRendered(reply, answer.status, page)
    }
    if (answer.hal === null) return reply.send()
    return reply.header('content-type', 'application/json').send(renderJson(answer.hal, media))
  }

  function sendRendered(reply: FastifyReply, status: number, page: RenderedPage): FastifyReply {
    return reply
      .code(page.status ?? status)
      .headers({ ...page.headers })
      .header('content-type', 'text/html; charset=utf-8')
      .send(page.body)
  }

  /** Whether links can be made: not of a Host that is no name. */
  function hasOrigin(request: FastifyRequest): boolean {
    try {
      return originOf(request) !== ''
    } catch {
      return false
    }
  }

  const selfOf = (request: FastifyRequest): string =>
    hasOrigin(request) ? urlOf(request) : escapeTarget(request.url)

  const headersOf = (status: number): Record<string, string> =>
    status === 401 ? { 'www-authenticate': 'Basic realm="api"' } : {}

  function errorHal(error: CroftError, request: FastifyRequest): Hal | null {
    const body = errorBody(error)
    return body && { _links: { self: selfOf(request) }, ...body }
  }

  /** Failures as JSON; those of paths that are not there, and of ours, as the original's bare pages. */
  const renderError: RenderError = (error, request) => {
    const { status } = formOf(error)
    const hal = errorHal(error, request)
    if (hal === null) {
      const body = status === 404 ? NOT_FOUND : SERVER_ERROR
      return { status, contentType: 'text/html', body }
    }
    return { status, body: renderJson(hal, stateOf(request).media), headers: headersOf(status) }
  }

  /** The same as a page, where a browser asks. */
  async function renderErrorPage(error: CroftError, request: FastifyRequest): Promise<ErrorAnswer> {
    const { status } = formOf(error)
    const hal = errorHal(error, request)
    // Pages are full of links.
    if (hal === null || !hasOrigin(request)) return renderError(error, request)
    const page = await renderPage(pageInput(request, { status, hal }))
    const headers = { ...headersOf(page.status ?? status), ...page.headers }
    return { status: page.status ?? status, contentType: 'text/html', body: page.body, headers }
  }

  return { urlOf, run, send, renderError, renderErrorPage }
}
export type Answerer = ReturnType<typeof createAnswerer>
