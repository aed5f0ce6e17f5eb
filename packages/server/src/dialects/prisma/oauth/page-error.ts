import type { FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError } from '../../../domain/access/index.ts'
import type { ErrorCode } from '../../../platform/errors/index.ts'
import { toCroftError } from '../../../platform/http/to-croft-error.ts'
import { errorPage } from '../../page/error-page.ts'
import { sendPage } from '../../page/send-page.ts'

const STATUSES: Partial<Record<ErrorCode, number>> = {
  'malformed-request': 400,
  'invalid-input': 400,
  'body-too-large': 413,
  forbidden: 403,
  'rate-limited': 429,
  unavailable: 503,
}

/** Shows a failure to the person in the browser, without what happened inside. */
export function sendPageError(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (thrown instanceof OAuthError)
    return sendPage(reply, errorPage(400, 'That did not work', thrown.message))
  const error = toCroftError(thrown)
  const status = STATUSES[error.code] ?? 500
  if (error.retryAfter !== undefined) reply.header('retry-after', Math.ceil(error.retryAfter))
  if (status < 500) return sendPage(reply, errorPage(status, 'That did not work', error.message))
  request.log.error({ err: error.cause ?? error }, 'a page failed')
  return sendPage(reply, errorPage(status, 'Something went wrong', error.message))
}
