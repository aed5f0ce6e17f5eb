import type { IncomingMessage } from 'node:http'
import { newId } from '../ids/new-id.ts'

const ACCEPTABLE = /^[A-Za-z0-9._-]{1,64}$/

/** The caller's `x-request-id` when it is harmless in logs and headers, else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : newId()
}
