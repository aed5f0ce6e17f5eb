import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client'

/** Counts and times requests by operation and status class, never by path, which callers choose. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'croft_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  })
  const inFlight = new Gauge({
    name: 'croft_http_requests_in_flight',
    help: 'Requests that are not answered yet.',
    registers: [registry],
  })
  app.addHook('onRequest', (_request, reply, done) => {
    inFlight.inc()
    // Whether the answer was sent or the client went away before.
    reply.raw.once('close', () => inFlight.dec())
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const operation = request.routeOptions.config.operation ?? 'unknown'
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    durations.observe({ operation, status }, reply.elapsedTime / 1000)
    done()
  })
  app.get(
    '/metrics',
    { config: { operation: 'platform.getMetrics', unlimited: true }, schema: { hide: true } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  )
}
