import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CroftError } from '../errors/index.ts'
import { pathOf } from './path-of.ts'
import { problemOf } from './problem.ts'
import { toCroftError } from './to-croft-error.ts'

export interface ErrorAnswer {
  readonly status: number
  readonly body: unknown
  /** `application/json` unless given. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Is told of failures as they are answered, with the operation's name; must not throw. */
export type OnFailure = (
  error: CroftError,
  request: { readonly operation: string | undefined; readonly requestId: string },
) => void

/** How an API words its failures. */
export type RenderError = (error: CroftError, request: FastifyRequest) => ErrorAnswer

/** The one exit of failures: logs what is our fault, and answers in the words of the API. For `setErrorHandler`. */
export function errorHandler(render: RenderError) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = toCroftError(thrown)
    const { status, body, contentType = 'application/json', headers = {} } = render(error, request)
    const { operation } = request.routeOptions.config
    // Not there on a bare Fastify, as tests of a part may use.
    request.server.onFailure?.(error, { operation, requestId: request.id })
    const fields = { err: error.cause ?? error, code: error.code, operation }
    if (status >= 500) request.log.error(fields, 'a request failed')
    else if (error.cause !== undefined) request.log.debug(fields, 'a request was refused')
    if (error.retryAfter !== undefined) void reply.header('retry-after', String(Math.ceil(error.retryAfter)))
    return reply
      .code(status)
      .headers(headers)
      .type(`${contentType}; charset=utf-8`)
      .send(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** Answers what fails outside any dialect's routes, paths that are not there among them, in the nearest one's words. */
export function createErrorAnswers() {
  const renderers: { prefix: string; render: RenderError }[] = []
  return {
    /** Failures at `prefix` and below are worded by `render`; the longest prefix wins. */
    below(prefix: string, render: RenderError): void {
      renderers.push({ prefix, render })
      renderers.sort((one, other) => other.prefix.length - one.prefix.length)
    },
    handler: errorHandler((error, request) => {
      const path = pathOf(request.url)
      const nearest = renderers.find(
        ({ prefix }) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`),
      )
      return (nearest?.render ?? problemOf)(error, request)
    }),
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** See `createErrorAnswers`. */
    errorsBelow(prefix: string, render: RenderError): void
    onFailure?: OnFailure
  }
}

export type ErrorAnswers = ReturnType<typeof createErrorAnswers>
export type App = FastifyInstance
