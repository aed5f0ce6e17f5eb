import { type TSchema, Type } from 'typebox'
import type { Operation } from './operation.ts'
import { ErrorBody } from './schemas/envelope.ts'

const MEANING: Readonly<Record<number, string>> = {
  400: 'The request does not fit, or something in the way must go first.',
  401: 'The token is missing, unknown, expired or revoked.',
  403: 'The token may not do this.',
  404: 'There is no such thing, or it belongs to another workspace.',
  409: 'The state of things does not allow it, or a request with the same Idempotency-Key is under way.',
  413: 'The body is too large.',
  422: 'The input is not valid, or the Idempotency-Key was used with another body.',
  429: 'Too many requests; Retry-After says when to go on.',
  500: 'A fault of the server.',
  503: 'A part that is needed is away for the moment; try again.',
}

const ALWAYS = [400, 401, 403, 404, 429, 500, 503]
// A body is read, and may be too large, also where none is expected.
const OF_CHANGE = [409, 413]
// Of every POST: what Idempotency-Key may answer.
const OF_POST = [...OF_CHANGE, 422]

/** The schema of every status that an operation may answer. */
export function responsesOf(method: string, operation: Operation): Record<string, TSchema> {
  const statuses = new Set(ALWAYS)
  if (operation.invalid) statuses.add(operation.invalid)
  for (const status of method === 'POST' ? OF_POST : method === 'GET' ? [] : OF_CHANGE) statuses.add(status)
  const success = operation.response ?? Type.Null({ description: 'Done; no body.' })
  const entries: [string, TSchema][] = [[String(operation.status), success]]
  for (const status of [...statuses].sort()) {
    entries.push([String(status), ErrorBody(MEANING[status] ?? '')])
  }
  return Object.fromEntries(entries)
}
