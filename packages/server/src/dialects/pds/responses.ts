import { type TSchema, Type } from 'typebox'
import type { Operation } from './operation.ts'
import { ErrorBody } from './schemas/error.ts'

const MEANING: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `details` says where.',
  401: 'There is no token, or it is unknown, expired, revoked or switched off.',
  403: 'The caller may not do this.',
  404: 'There is no such thing, or the caller may not know of it.',
  405: 'The path is known, but not with this method.',
  409: 'The name is taken, something refers to it, or the state of things does not allow it.',
  413: 'The body is too large.',
  422: 'What the request names does not fit together.',
  429: 'Too many requests; Retry-After says when to go on.',
  500: 'A fault of the server.',
  501: 'Croft does not offer this.',
  503: 'A part that is needed is away for the moment; try again.',
}

/** The schema of every status that an operation may answer. */
export function responsesOf(_method: string, operation: Operation): Record<string, TSchema> {
  return {
    [operation.status]: operation.response ?? Type.Null({ description: 'Done; no body.' }),
    ...Object.fromEntries(Object.entries(MEANING).map(([status, text]) => [status, ErrorBody(text)])),
  }
}
