import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { CroftError } from '../errors/index.ts'
import { createBuckets, type Limit, type Taken } from './token-bucket.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not counted: health checks and metrics. */
    unlimited?: boolean
  }
  interface FastifyInstance {
    /**
     * A stricter limit by address for routes that are worth guessing at, e.g. `rateLimit('login', { perMinute: 10 })`
     * as the route's `onRequest`. One bucket for each name, shared by the routes that name it.
     */
    rateLimit(name: string, limit: Limit): onRequestHookHandler
  }
}

/** Tells the limit in the headers of the draft standard and in those that came before it. */
function announce(reply: FastifyReply, name: string, { perMinute }: Limit, taken: Taken): void {
  void reply.headers({
    'ratelimit-policy': `"${name}";q=${perMinute};w=60`,
    ratelimit: `"${name}";r=${taken.remaining};t=${taken.reset}`,
    'ratelimit-limit': String(perMinute),
    'ratelimit-remaining': String(taken.remaining),
    'ratelimit-reset': String(taken.reset),
  })
}

function refuse({ retryAfter }: Taken): CroftError {
  const seconds = `${retryAfter} second${retryAfter === 1 ? '' : 's'}`
  return new CroftError('rate-limited', `Too many requests; try again in ${seconds}.`, { retryAfter })
}

function credentialKey({ headers }: FastifyRequest): string | null {
  const credential = headers.authorization ?? headers['x-prismeai-api-key']
  if (typeof credential !== 'string') return null
  return createHash('sha256').update(credential).digest('base64')
}

/**
 * Limits requests in this process by credential, or by address without one. A credential that is new here is paid
 * for by its address, and forgotten when it is refused: inventing credentials does not make more room.
 */
export function limitRequests(app: FastifyInstance, limit: Limit): void {
  const byCredential = createBuckets(limit)
  const byAddress = createBuckets(limit)
  const named = new Map<string, onRequestHookHandler>()

  function take(request: FastifyRequest): Taken {
    const credential = credentialKey(request)
    if (credential === null) return byAddress.take(request.ip)
    if (byCredential.has(credential)) return byCredential.take(credential)
    const paid = byAddress.take(request.ip)
    return paid.allowed ? byCredential.take(credential) : paid
  }
  if (limit.perMinute > 0) {
    app.addHook('onRequest', (request, reply, done) => {
      if (request.routeOptions.config.unlimited) return done()
      const taken = take(request)
      announce(reply, 'default', limit, taken)
      done(taken.allowed ? undefined : refuse(taken))
    })
    app.addHook('onResponse', (request, reply, done) => {
      const credential = reply.statusCode === 401 ? credentialKey(request) : null
      if (credential !== null) byCredential.forget(credential)
      done()
    })
  }

  app.decorate('rateLimit', (name: string, strict: Limit): onRequestHookHandler => {
    const known = named.get(name)
    if (known) return known
    const buckets = createBuckets(strict)
    const hook: onRequestHookHandler = (request, reply, done) => {
      const taken = buckets.take(request.ip)
      announce(reply, name, strict, taken)
      done(taken.allowed ? undefined : refuse(taken))
    }
    named.set(name, hook)
    return hook
  })
}
