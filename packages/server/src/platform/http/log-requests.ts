import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { pathOf } from './path-of.ts'

/**
 * A line for each request that changed something or failed on our side; the others (reads, mostly) only at `debug`,
 * where they cost nothing otherwise.
 */
export function logRequests(app: FastifyInstance, log: Pick<Logger, 'isLevelEnabled'>): void {
  app.addHook('onResponse', (request, reply, done) => {
    const level = reply.statusCode >= 500 ? 'warn' : request.method === 'GET' ? 'debug' : 'info'
    if (log.isLevelEnabled(level)) {
      request.log[level](
        {
          method: request.method,
          path: pathOf(request.url),
          operation: request.routeOptions.config.operation,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
          address: request.ip,
          traceId: request.trace.traceId,
          spanId: request.trace.spanId,
        },
        'request',
      )
    }
    done()
  })
}
