import type { TSchema } from 'typebox'
import type { Operation } from './operation.ts'
import { ErrorBody } from './schemas/error.ts'

const MEANING: Readonly<Record<number, string>> = {
  400: 'The request does not fit, or its rules are not valid.',
  401: 'There is neither a bearer token nor an API key, or the token is unknown, expired or revoked.',
  403: 'The caller may not do this; the message has the reason of the rule that forbids it.',
  404: 'There is no such thing, or the caller may not know of it.',
  409: 'The state of things does not allow it, or a request with the same Idempotency-Key is under way.',
  413: 'The body is too large.',
  422: 'The Idempotency-Key was used with another body.',
  429: 'Too many requests; Retry-After says when to go on.',
  500: 'A fault of the server.',
  503: 'A part that is needed is away for the moment; try again.',
}

const ALWAYS = [400, 401, 403, 404, 429, 500, 503]

/** The schema of every status that an operation may answer. */
export function responsesOf(method: string, operation: Operation): Record<string, TSchema> {
  const more = method === 'POST' ? [409, 413, 422] : method === 'GET' ? [] : [409, 413]
  const errors = [...ALWAYS, ...more]
    .sort()
    .map((status) => [String(status), ErrorBody(MEANING[status] ?? '')])
  return {
    ...(operation.response === undefined ? {} : { [operation.status]: operation.response }),
    ...Object.fromEntries(errors),
  }
}
