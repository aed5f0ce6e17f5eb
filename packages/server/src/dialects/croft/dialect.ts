import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { ANONYMOUS, type Principal } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type RenderError, useIdempotency, useOpenApi } from '../../platform/http/index.ts'
import type { Dialect } from '../dialect.ts'
import { registerAgentSocket } from './agent-socket.ts'
import type { CroftDeps } from './deps.ts'
import { presentProblem, STATUSES } from './errors.ts'
import { BASE_PATH, OPERATIONS } from './index.ts'
import type { Operation } from './operation.ts'
import { Problem } from './schemas/problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls our own API; null on other routes. */
    croftPrincipal: Principal | null
  }
}

const renderProblem: RenderError = (error, request) => ({
  status: STATUSES[error.code],
  body: presentProblem(error, request.id),
  contentType: 'application/problem+json',
  ...(error.code === 'not-authenticated' ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
})

/** Every operation may answer these; a test in the conformance suite sees them all. */
const PROBLEM_STATUSES = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 501, 503]

function responsesOf(operation: Operation): Record<string, TSchema> {
  const success = operation.response ?? Type.Null({ description: 'Done; no body.' })
  const responses: Record<string, TSchema> = { [operation.status]: success }
  for (const status of PROBLEM_STATUSES) responses[status] = Problem
  return responses
}

async function authenticate(deps: CroftDeps, request: FastifyRequest): Promise<void> {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
  if (!token) {
    throw new CroftError('not-authenticated', 'The Authorization header with a bearer token is missing.', {
      hint: 'Send "Authorization: Bearer <token>"; bootstrap.json in the data directory has one.',
    })
  }
  request.croftPrincipal = await deps.access.authenticate(token)
}

function registerOperations(scope: FastifyInstance, deps: CroftDeps): void {
  for (const [name, [method, path, definition]] of Object.entries(OPERATIONS)) {
    const operation: Operation = definition
    const { tag, summary, description, params, query, body } = operation
    scope.route({
      method,
      url: `${BASE_PATH}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      config: { operation: `croft.${name}` },
      schema: {
        tags: [tag],
        summary,
        ...(description === undefined ? {} : { description }),
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { querystring: query }),
        ...(body === undefined ? {} : { body }),
        response: responsesOf(operation),
      },
      async handler(request, reply) {
        const call = { principal: request.croftPrincipal ?? ANONYMOUS, requestId: request.id }
        const { params, query, body } = request
        return reply.code(operation.status).send(await operation.handle({ call, params, query, body }, deps))
      },
    })
  }
}

/** Our own API at `/api/croft/v1`, and the door for agents. */
export function createCroftDialect(deps: CroftDeps): Dialect {
  return {
    name: 'croft',
    basePaths: [BASE_PATH],
    errors: STATUSES,
    renderError: renderProblem,
    async register(scope) {
      await registerAgentSocket(scope, deps.targets)
      await scope.register(async (api) => {
        await useOpenApi(api, {
          title: 'Croft API',
          description: 'What no other dialect covers. The CLI and the console use it.',
          version: '1',
          dialect: 'croft',
          securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A service token.' } },
        })
        api.decorateRequest('croftPrincipal', null)
        api.get(`${BASE_PATH}/openapi.json`, {
          config: { operation: 'croft.getDocument' },
          schema: { hide: true },
          handler: () => api.swagger(),
        })
        await api.register(async (authenticated) => {
          authenticated.addHook('onRequest', (request) => authenticate(deps, request))
          useIdempotency(authenticated, {
            ...deps.idempotency,
            principalOf: (request) => request.croftPrincipal?.id ?? null,
          })
          registerOperations(authenticated, deps)
        })
      })
    },
  }
}
