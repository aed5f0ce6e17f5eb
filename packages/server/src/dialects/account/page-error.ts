import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CroftError, ErrorCode } from '../../platform/errors/index.ts'
import { toCroftError } from '../../platform/http/to-croft-error.ts'
import { errorPage } from '../page/error-page.ts'
import { sendPage } from '../page/send-page.ts'

/** A wrong password is 422: 401 would have to name a scheme, at which browsers ask by a box of their own. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  'malformed-request': 400,
  'invalid-input': 422,
  'not-authenticated': 422,
  'second-factor-required': 422,
  'email-taken': 409,
  'body-too-large': 413,
  forbidden: 403,
  'invitation-not-found': 404,
  'route-not-found': 404,
  'rate-limited': 429,
  unavailable: 503,
}

export const statusOf = (error: CroftError): number => STATUSES[error.code] ?? 500

/** Shows a failure to the person in the browser, without what happened inside. */
export function sendPageError(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const error = toCroftError(thrown)
  const status = statusOf(error)
  if (error.retryAfter !== undefined) reply.header('retry-after', Math.ceil(error.retryAfter))
  if (status >= 500) request.log.error({ err: error.cause ?? error }, 'a page failed')
  const text = error.hint === undefined ? error.message : `${error.message} ${error.hint}`
  const title = status < 500 ? 'That did not work' : 'Something went wrong'
  return sendPage(reply, errorPage(status, title, text))
}
