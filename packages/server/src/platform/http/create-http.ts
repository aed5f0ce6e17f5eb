import type { Settings } from '@croft/protocol'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { createErrorAnswers, type OnFailure } from './answer-errors.ts'
import { checkResponses } from './check-responses.ts'
import { createDrain, type Drain } from './drain.ts'
import { answerHealth, type Ready } from './health.ts'
import { parseJsonBodies } from './json-body.ts'
import { logRequests } from './log-requests.ts'
import { measureRequests } from './metrics.ts'
import { answerNotFound } from './not-found.ts'
import { recordRoutes } from './operations.ts'
import { limitRequests } from './rate-limit.ts'
import { requestIdOf } from './request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { continueTrace, printTraceparent, type Traceparent } from './traceparent.ts'
import { validateInput } from './validate-input.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** See `createDrain`. */
    drain: Drain
  }
  interface FastifyRequest {
    trace: Traceparent
  }
}

export interface HttpOptions {
  readonly log: Logger
  readonly settings: Pick<Settings, 'CROFT_RATE_LIMIT' | 'CROFT_BODY_LIMIT'>
  readonly registry: Registry
  readonly ready: Ready
  /** See `checkResponses`; for tests and development. */
  readonly checkResponses?: boolean
  /** Told of every failure that is answered. */
  readonly onFailure?: OnFailure
}

export type HttpApp = FastifyInstance

function label(request: FastifyRequest, reply: FastifyReply): void {
  request.trace = continueTrace(request.headers.traceparent)
  void reply.headers({
    ...SECURITY_HEADERS,
    'x-request-id': request.id,
    traceparent: printTraceparent(request.trace),
  })
}

/**
 * The HTTP server that every dialect is registered in: health, metrics, limits, request ids, traces, coded errors
 * and draining. It does not listen yet.
 */
export function createHttp(options: HttpOptions): HttpApp {
  const { log, settings, registry, ready } = options
  const loggerInstance: FastifyBaseLogger = log
  const errors = createErrorAnswers()
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: false,
    bodyLimit: settings.CROFT_BODY_LIMIT,
    // A request has 30 s to arrive; an answer may take longer, but not without a byte for two minutes.
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    // Longer than the minute that load balancers usually keep a connection, so that they are the ones to close it.
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 15_000 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Paths that cannot be routed at all pass no hook.
    frameworkErrors(error, request, reply) {
      label(request, reply)
      errors.handler(error, request, reply)
    },
  })
  app.setValidatorCompiler(validateInput)
  // Answers are checked in tests instead of being cut to their schemas here.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler(errors.handler)
  app.decorate('errorsBelow', errors.below)
  app.decorate('onFailure', options.onFailure ?? (() => undefined))
  recordRoutes(app)
  parseJsonBodies(app)

  app.addHook('onRequest', (request, reply, done) => {
    label(request, reply)
    done()
  })
  const { drain, isDraining } = createDrain(app)
  app.decorate('drain', drain)
  logRequests(app, log)
  measureRequests(app, registry)
  limitRequests(app, { perMinute: settings.CROFT_RATE_LIMIT })
  answerHealth(app, ready, isDraining)
  answerNotFound(app)
  if (options.checkResponses) checkResponses(app)
  return app
}
