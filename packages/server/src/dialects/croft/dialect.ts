import cookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { ANONYMOUS, type Principal } from '../../domain/access/index.ts'
import { type RenderError, shareErrors, useIdempotency, useOpenApi } from '../../platform/http/index.ts'
import type { Dialect } from '../dialect.ts'
import { SESSION_COOKIE } from '../page/cookies.ts'
import { refuseForeign } from '../page/refuse-foreign.ts'
import { requirePrincipal } from '../read-credentials.ts'
import { type OperationTable, registerOperations, toRoute } from '../register-operations.ts'
import { registerAgentSocket } from './agent-socket.ts'
import { browserOf } from './browser.ts'
import type { CroftDeps } from './deps.ts'
import { useEntityTags } from './entity-tags.ts'
import { presentProblem, STATUSES } from './errors.ts'
import { BASE_PATH, OPEN_OPERATIONS, OPERATIONS } from './index.ts'
import type { CroftContext, Operation } from './operation.ts'
import { CSRF_HEADER, sessionToActBy } from './same-site.ts'
import { Problem } from './schemas/problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls our own API; null on other routes. */
    croftPrincipal: Principal | null
  }
}

const PROBLEM_JSON = 'application/problem+json'

const renderProblem: RenderError = (error, request) => ({
  status: STATUSES[error.code],
  body: presentProblem(error, request.id),
  contentType: PROBLEM_JSON,
  ...(error.code === 'not-authenticated' ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
})

/** Every operation may answer these. */
const PROBLEM_STATUSES = [400, 401, 403, 404, 409, 412, 413, 422, 429, 500, 501, 503]

/** By address, whatever account it tries; the domain slows down failures, this also what hashing passwords costs. */
const OPEN = { perMinute: 60 }

function responsesOf(_method: string, operation: Operation): Record<string, TSchema> {
  const answer = operation.response ?? Type.Null({ description: 'Done; no body.' })
  const { mediaType } = operation
  const success =
    mediaType === undefined
      ? answer
      : Type.Unsafe({ description: 'A stream.', content: { [mediaType]: { schema: answer } } })
  const responses: Record<string, TSchema> = { [operation.status]: success }
  for (const status of PROBLEM_STATUSES) responses[status] = Problem
  return responses
}

function contextOf(request: FastifyRequest, reply: FastifyReply, origin: string): CroftContext {
  const { ip, headers } = request
  const id = headers['last-event-id']
  const browser = browserOf(request, reply, origin)
  return { address: ip, browser, ...(typeof id === 'string' ? { lastEventId: id } : {}) }
}

/** What a thing has one of, read and set by a path of its own. */
const ONE_THING = /\/\{id\}(\/backup-policy)?$/

/** The operations that read one thing, by the route of the thing. */
const READERS: ReadonlyMap<string, Operation> = new Map(
  Object.values<readonly [string, string, Operation]>(OPERATIONS).flatMap(([method, path, operation]) =>
    method === 'GET' && ONE_THING.test(path) ? [[toRoute(`${BASE_PATH}${path}`), operation]] : [],
  ),
)
const readerOf = (request: FastifyRequest) => READERS.get(request.routeOptions.url ?? '')

/** Our own API at `/api/croft/v1`, and the door for agents. */
export function createCroftDialect(deps: CroftDeps): Dialect {
  return {
    name: 'croft',
    basePaths: [BASE_PATH],
    errors: STATUSES,
    renderError: renderProblem,
    async register(scope) {
      if (!scope.hasRequestDecorator('cookies')) await scope.register(cookie)
      await registerAgentSocket(scope, deps.targets)
      await scope.register(async (api) => {
        await useOpenApi(api, {
          title: 'Croft API',
          description: 'What no other dialect covers. The CLI and the console use it.',
          version: '1',
          dialect: 'croft',
          securitySchemes: {
            token: { type: 'http', scheme: 'bearer', description: 'A service token.' },
            session: {
              type: 'apiKey',
              in: 'cookie',
              name: SESSION_COOKIE,
              description: `Of a login; with it, whatever changes something needs the header \`${CSRF_HEADER}\`.`,
            },
          },
        })
        api.decorateRequest('croftPrincipal', null)
        api.get(`${BASE_PATH}/openapi.json`, {
          config: { operation: 'croft.getDocument' },
          schema: { hide: true },
          handler: () =>
            shareErrors(api.swagger(), { name: 'Problem', schema: Problem, mediaType: PROBLEM_JSON }),
        })
        await api.register(async (authenticated) => {
          authenticated.addHook('onRequest', async (request) => {
            const session = sessionToActBy(request, deps.originOf(request))
            request.croftPrincipal = await requirePrincipal(deps.access, request, session)
          })
          useIdempotency(authenticated, {
            ...deps.idempotency,
            principalOf: (request) => request.croftPrincipal?.id ?? null,
          })
          const table: OperationTable<Operation> = OPERATIONS
          const callOf = (request: FastifyRequest) => ({
            principal: request.croftPrincipal ?? ANONYMOUS,
            requestId: request.id,
          })
          useEntityTags(authenticated, {
            db: deps.idempotency.db,
            show(request, reply) {
              const operation = readerOf(request)
              if (!operation) return null
              const { params, query } = request
              const context = contextOf(request, reply, deps.originOf(request))
              return () =>
                operation.handle({ ...context, params, query, body: undefined, call: callOf(request) }, deps)
            },
          })
          registerOperations(authenticated, {
            dialect: 'croft',
            basePath: BASE_PATH,
            table,
            deps,
            callOf,
            contextOf: (request, reply) => contextOf(request, reply, deps.originOf(request)),
            responsesOf,
          })
        })
        await api.register(async (open) => {
          open.addHook('onRequest', open.rateLimit('open', OPEN))
          open.addHook('onRequest', async (request) => refuseForeign(request, deps.originOf(request)))
          useIdempotency(open, { ...deps.idempotency, principalOf: () => null })
          const table: OperationTable<Operation> = OPEN_OPERATIONS
          registerOperations(open, {
            dialect: 'croft',
            basePath: BASE_PATH,
            table,
            open: true,
            deps,
            callOf: (request) => ({ principal: ANONYMOUS, requestId: request.id }),
            contextOf: (request, reply) => contextOf(request, reply, deps.originOf(request)),
            responsesOf,
          })
        })
      })
    },
  }
}
