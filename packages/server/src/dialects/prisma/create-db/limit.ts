import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBuckets, type Limit } from '../../../platform/http/token-bucket.ts'

// The original worker's: a hundred a minute of one address to one path, five of programs to /create.
const PER_PATH: Limit = { perMinute: 100 }
const PROGRAMMATIC: Limit = { perMinute: 5 }

/**
 * A hook that answers 429 in the worker's own form when an address asks too often. Not the platform's `rateLimit`:
 * which limit applies is said in the body, and the answer carries the counts.
 */
export function createLimit() {
  const perPath = createBuckets(PER_PATH)
  const programmatic = createBuckets(PROGRAMMATIC)
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.routeOptions.url ?? ''
    const taken = [{ ...perPath.take(`${request.ip} ${path}`), ...PER_PATH }]
    if (path === '/create' && isProgrammatic(request.body)) {
      taken.push({ ...programmatic.take(request.ip), ...PROGRAMMATIC })
    }
    const refused = taken.find(({ allowed }) => !allowed)
    if (!refused) return
    const { perMinute, retryAfter } = refused
    return reply
      .code(429)
      .header('retry-after', String(retryAfter))
      .send({
        error: 'RATE_LIMIT_EXCEEDED',
        message: `More than ${perMinute} requests in a minute; try again in ${retryAfter} s.`,
        rateLimitInfo: { retryAfterMs: retryAfter * 1000, currentCount: perMinute, maxRequests: perMinute },
      })
  }
}

function isProgrammatic(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'source' in body && body.source === 'programmatic'
}
