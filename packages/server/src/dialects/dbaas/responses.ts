import { type TSchema, Type } from 'typebox'
import type { NamedOperation } from './endpoint.ts'
import { ErrorBody } from './schemas/hal.ts'

const MEANING: Readonly<Record<number, string>> = {
  400: 'The request does not fit: the fields at fault, or `error`.',
  401: 'The caller is nobody, or the password is wrong.',
  403: 'The caller may not do this.',
  404: 'There is no such thing, or the caller cannot see it; or there is no such page.',
  405: 'What `_method` or `X-HTTP-Method-Override` means is not done here.',
  406: 'The answer cannot be had in a form that `Accept` takes.',
  409: 'The state of things does not allow it, there is no room for it, or a request with the same Idempotency-Key is under way.',
  413: 'The body is too large.',
  415: 'The body is neither JSON nor a form.',
  422: 'The Idempotency-Key was used with another body.',
  429: 'Too many requests; Retry-After says when to go on.',
  500: 'A fault of the server.',
  503: 'A part that is needed is away for the moment; try again.',
}
const ALWAYS = [400, 401, 403, 404, 406, 429, 500, 503]

/** The schema of every status that an operation may answer. */
export function responsesOf(method: string, { operation }: NamedOperation): Record<string, TSchema> {
  const more = method === 'GET' ? [] : method === 'POST' ? [405, 409, 413, 415, 422] : [409, 413, 415]
  const errors = [...ALWAYS, ...more].sort().map((status) => [status, ErrorBody(MEANING[status] ?? '')])
  return {
    [operation.status]: operation.response ?? Type.Null({ description: 'Done; no body.' }),
    ...Object.fromEntries(errors),
    '3xx': Type.Null({ description: 'Where a browser goes on.' }),
    // A POST that means another method by `_method` or `X-HTTP-Method-Override` is answered as that.
    ...(method === 'POST' ? { '2xx': Type.Unsafe({ description: 'Of the method that was meant.' }) } : {}),
  }
}
