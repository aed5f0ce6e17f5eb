import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { systemCall } from '../../../domain/access/index.ts'
import { errorHandler, type RenderError, toCroftError } from '../../../platform/http/index.ts'
import { sendPage } from '../../page/send-page.ts'
import { renderError } from '../errors.ts'
import { presentRegion } from '../presenters/region.ts'
import { CLAIM_CALLBACK, CLAIM_CLIENT_ID, claimPage, finishClaim, startClaim } from './claim.ts'
import { createTemporary } from './create-temporary.ts'
import type { CreateDbDeps } from './deps.ts'
import { createLimit } from './limit.ts'
import { failedPage } from './pages.ts'
import { CallbackQuery, ClaimQuery, CreateTemporary } from './schemas.ts'

export type { CreateDbDeps } from './deps.ts'

/**
 * What `npx create-db` talks to: temporary databases without a login, and the pages by which somebody claims
 * one. At the root, where the original has hosts of its own; only when CROFT_CREATE_DB is on.
 */
export function registerCreateDb(app: FastifyInstance, deps: CreateDbDeps): void {
  const { publicUrl } = deps
  if (publicUrl !== null) {
    // The loopback addresses are in the migration; this one only the settings know.
    app.addHook('onReady', () =>
      deps.access.addRedirectUri({ clientId: CLAIM_CLIENT_ID, redirectUri: `${publicUrl}${CLAIM_CALLBACK}` }),
    )
  }
  app.register(async (scope) => {
    scope.addHook('preHandler', createLimit())
    scope.setErrorHandler(errorHandler(tellWorkerError))
    scope.get('/health', named('createDbHealth'), async () => ({
      status: 'ok',
      service: 'create-db',
      timestamp: new Date().toISOString(),
    }))
    scope.get('/regions', named('createDbRegions'), async (request) => {
      const regions = await deps.targets.listRegions(systemCall('create-db', request.id))
      return { data: regions.map(presentRegion) }
    })
    scope.post('/create', named('createTemporary', { body: CreateTemporary }), createTemporary(deps))
    scope.post('/analytics', named('createDbAnalytics'), async (_request, reply) => reply.code(204).send())
  })
  app.register(async (scope) => {
    if (!scope.hasRequestDecorator('cookies')) await scope.register(cookie)
    scope.addHook('preHandler', createLimit())
    scope.setErrorHandler(sendClaimError)
    scope.get('/claim', named('claimPage', { querystring: ClaimQuery }), claimPage(deps))
    scope.get('/claim/start', named('startClaim', { querystring: ClaimQuery }), startClaim(deps))
    scope.get(CLAIM_CALLBACK, named('finishClaim', { querystring: CallbackQuery }), finishClaim(deps))
  })
}

function named<Schemas extends object>(operation: string, schemas?: Schemas) {
  return { config: { operation: `prisma.${operation}` }, schema: { hide: true, ...schemas } }
}

/** The worker's own form: the status is in the body as well. */
const tellWorkerError: RenderError = (error) => {
  const { status, body } = renderError(error)
  const { message, hint } = body.error
  return { status, body: { error: { message: hint ? `${message} ${hint}` : message, status } } }
}

function sendClaimError(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const error = toCroftError(thrown)
  const { status } = renderError(error)
  if (status >= 500) request.log.error({ err: error.cause ?? error }, 'a page failed')
  const message = status >= 500 ? 'Something went wrong. Please try again in a moment.' : error.message
  return sendPage(reply, { ...failedPage(message), status })
}
