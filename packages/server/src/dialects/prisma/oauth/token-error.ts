import type { FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError } from '../../../domain/access/index.ts'
import type { ErrorCode } from '../../../platform/errors/index.ts'
import { toCroftError } from '../../../platform/http/to-croft-error.ts'

/** RFC 6749 knows 400 only for bad requests; too large and too often keep the status that clients act on. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  'malformed-request': 400,
  'invalid-input': 400,
  'body-too-large': 413,
  'rate-limited': 429,
  unavailable: 503,
}

export const FORM_EXPECTED = 'The body must be application/x-www-form-urlencoded.'

/** Answers a failure at the token endpoint in the form of RFC 6749, 5.2. */
export function sendTokenError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
  if (error instanceof OAuthError) {
    const unknownClient = error.code === 'invalid_client'
    if (unknownClient && request.headers.authorization !== undefined) {
      reply.header('www-authenticate', 'Basic realm="Croft"')
    }
    return reply.code(unknownClient ? 401 : 400).send({ error: error.code, error_description: error.message })
  }
  const { code, message, retryAfter } = toCroftError(error)
  if (retryAfter !== undefined) reply.header('retry-after', Math.ceil(retryAfter))
  const status = STATUSES[code] ?? 500
  if (status < 500) {
    // The platform would ask for JSON here.
    const description = code === 'malformed-request' ? FORM_EXPECTED : message
    return reply.code(status).send({ error: 'invalid_request', error_description: description })
  }
  request.log.error({ err: error }, 'the token endpoint failed')
  const name = status === 503 ? 'temporarily_unavailable' : 'server_error'
  return reply.code(status).send({ error: name, error_description: message })
}
