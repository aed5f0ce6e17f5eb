import { type TSchema, Type } from 'typebox'
import { ANONYMOUS, type Principal } from '../../domain/access/index.ts'
import { type RenderError, shareErrors, useIdempotency, useOpenApi } from '../../platform/http/index.ts'
import type { Dialect } from '../dialect.ts'
import { requirePrincipal } from '../read-credentials.ts'
import { type OperationTable, registerOperations } from '../register-operations.ts'
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

const PROBLEM_JSON = 'application/problem+json'

const renderProblem: RenderError = (error, request) => ({
  status: STATUSES[error.code],
  body: presentProblem(error, request.id),
  contentType: PROBLEM_JSON,
  ...(error.code === 'not-authenticated' ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
})

/** Every operation may answer these. */
const PROBLEM_STATUSES = [400, 401, 403, 404, 409, 413, 422, 429, 500, 503]

function responsesOf(_method: string, operation: Operation): Record<string, TSchema> {
  const success = operation.response ?? Type.Null({ description: 'Done; no body.' })
  const responses: Record<string, TSchema> = { [operation.status]: success }
  for (const status of PROBLEM_STATUSES) responses[status] = Problem
  return responses
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
          handler: () =>
            shareErrors(api.swagger(), { name: 'Problem', schema: Problem, mediaType: PROBLEM_JSON }),
        })
        await api.register(async (authenticated) => {
          authenticated.addHook('onRequest', async (request) => {
            request.croftPrincipal = await requirePrincipal(deps.access, request)
          })
          useIdempotency(authenticated, {
            ...deps.idempotency,
            principalOf: (request) => request.croftPrincipal?.id ?? null,
          })
          const table: OperationTable<Operation> = OPERATIONS
          registerOperations(authenticated, {
            dialect: 'croft',
            basePath: BASE_PATH,
            table,
            deps,
            callOf: (request) => ({
              principal: request.croftPrincipal ?? ANONYMOUS,
              requestId: request.id,
            }),
            contextOf: () => ({}),
            responsesOf,
          })
        })
      })
    },
  }
}
