import type { FastifyInstance } from 'fastify'
import { ANONYMOUS, type Principal } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { type IdempotencyOptions, useIdempotency } from '../../platform/http/index.ts'
import { isUuid } from '../../platform/ids/index.ts'
import type { Dialect } from '../dialect.ts'
import { readCredentials } from '../read-credentials.ts'
import { type OperationTable, registerOperations } from '../register-operations.ts'
import type { PrismeaiDeps } from './deps.ts'
import { serveDocument } from './document.ts'
import { ERRORS, renderError } from './errors.ts'
import type { Operation } from './operation.ts'
import { registerRefused } from './register-refused.ts'
import { responsesOf } from './responses.ts'
import { createApiKey, deleteApiKey, listApiKeys, replaceApiKey } from './routes/api-keys.ts'
import { emitEvents, listEvents } from './routes/events.ts'
import { listPermissions, share, unshare } from './routes/permissions.ts'
import { getSecurity, listRoles, putSecurity } from './routes/security.ts'
import { getUsage, getWorkspace, listWorkspaces } from './routes/workspaces.ts'
import { validateRequest } from './validate-request.ts'

export { DOCUMENT_PATH } from './document.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls the Prisme.ai dialect; null on other routes. */
    prismeaiPrincipal: Principal | null
  }
}

const WORKSPACE = '/v2/workspaces/{workspaceId}'
const KEYS = `${WORKSPACE}/security/apikeys`

/** Every operation that is offered, by the name that logs, metrics and the OpenAPI document use. */
export const OPERATIONS = {
  listApiKeys: ['GET', KEYS, listApiKeys],
  createApiKey: ['POST', KEYS, createApiKey],
  replaceApiKey: ['PUT', `${KEYS}/{apiKey}`, replaceApiKey],
  deleteApiKey: ['DELETE', `${KEYS}/{apiKey}`, deleteApiKey],

  getSecurity: ['GET', `${WORKSPACE}/security`, getSecurity],
  putSecurity: ['PUT', `${WORKSPACE}/security`, putSecurity],
  listRoles: ['GET', `${WORKSPACE}/security/roles`, listRoles],

  listPermissions: ['GET', `${WORKSPACE}/permissions`, listPermissions],
  share: ['POST', `${WORKSPACE}/permissions`, share],
  unshare: ['DELETE', `${WORKSPACE}/permissions/{id}`, unshare],

  listEvents: ['GET', `${WORKSPACE}/events`, listEvents],
  emitEvents: ['POST', `${WORKSPACE}/events`, emitEvents],

  listWorkspaces: ['GET', '/v2/workspaces', listWorkspaces],
  getWorkspace: ['GET', WORKSPACE, getWorkspace],
  getUsage: ['GET', `${WORKSPACE}/usage`, getUsage],
} as const satisfies OperationTable<Operation>

export interface PrismeaiOptions {
  readonly deps: PrismeaiDeps
  readonly idempotency: Pick<IdempotencyOptions, 'db' | 'sealer'>
}

const EVENT_STREAM = 'text/event-stream'

/** A body of another kind, or of none, is refused before it is read, in the original's words. */
function refuseOtherMedia(scope: FastifyInstance): void {
  scope.addHook('onRequest', async ({ routeOptions, headers }) => {
    if (routeOptions.schema?.body === undefined) return
    const type = headers['content-type']
    if (type?.split(';')[0]?.trim().toLowerCase() === 'application/json') return
    throw new CroftError('malformed-request', `unsupported media type ${type}`)
  })
}

/** The part of Prisme.ai's API that is about keys, security, sharing and events of workspaces. */
export function createPrismeaiDialect({ deps, idempotency }: PrismeaiOptions): Dialect {
  return {
    name: 'prismeai',
    basePaths: ['/v2'],
    errors: ERRORS,
    renderError,
    async register(scope) {
      scope.decorateRequest('prismeaiPrincipal', null)
      await serveDocument(scope)
      await scope.register(async (authenticated) => {
        authenticated.setValidatorCompiler(validateRequest)
        authenticated.addHook('onRequest', async (request) => {
          const { workspaceId } = request.params as { workspaceId?: string }
          // Anybody with the header gets in, as in the original: what an unknown key may do, rules decide.
          request.prismeaiPrincipal = await deps.access.authenticateRequest({
            ...readCredentials(request),
            ...(workspaceId !== undefined && isUuid(workspaceId) ? { workspaceId } : {}),
          })
        })
        refuseOtherMedia(authenticated)
        authenticated.addHook('onSend', async (_request, reply, payload) => {
          // Of events that are followed; a proxy must not collect them.
          if (typeof payload === 'object' && payload !== null && 'pipe' in payload)
            void reply
              .type(EVENT_STREAM)
              .header('x-accel-buffering', 'no')
              .header('cache-control', 'no-cache')
          return payload
        })
        useIdempotency(authenticated, {
          ...idempotency,
          principalOf({ prismeaiPrincipal: caller }) {
            return caller === null || caller.type === 'anonymous' ? null : `${caller.type} ${caller.id}`
          },
        })
        const table: OperationTable<Operation> = OPERATIONS
        registerOperations(authenticated, {
          dialect: 'prismeai',
          table,
          deps,
          callOf: (request) => ({
            principal: request.prismeaiPrincipal ?? ANONYMOUS,
            requestId: request.id,
          }),
          contextOf({ method, headers }) {
            const lastEventId = headers['last-event-id']
            return {
              // Whoever asks for its head would have a stream made for nothing.
              wantsStream: method === 'GET' && (headers.accept?.includes(EVENT_STREAM) ?? false),
              lastEventId: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined,
            }
          },
          responsesOf,
        })
        registerRefused(authenticated)
      })
    },
  }
}
