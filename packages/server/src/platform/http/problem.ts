import type { FastifyRequest } from 'fastify'
import type { CroftError, ErrorCode } from '../errors/index.ts'
import type { ErrorAnswer } from './answer-errors.ts'

/** What can fail outside of every dialect; anything else there is a mistake of ours, hence 500. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  'malformed-request': 400,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'body-too-large': 413,
  'invalid-input': 422,
  'rate-limited': 429,
  unavailable: 503,
}

/** The words for paths that belong to no dialect: RFC 9457. */
export function problemOf(error: CroftError, request: FastifyRequest): ErrorAnswer {
  const status = STATUSES[error.code] ?? 500
  const body = { type: 'about:blank', status, code: error.code, detail: error.message, requestId: request.id }
  return { status, contentType: 'application/problem+json', body }
}
