import { randomBytes } from 'node:crypto'

export interface Traceparent {
  readonly traceId: string
  readonly spanId: string
  readonly flags: string
}

// W3C Trace Context: versions after 00 may carry more, which is left out.
const HEADER = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/

/** The span of this request: of the caller's trace when it sent a valid `traceparent`, else of a new one. */
export function continueTrace(header: string | string[] | undefined): Traceparent {
  const spanId = randomBytes(8).toString('hex')
  const [, version, traceId, flags, more] = typeof header === 'string' ? (HEADER.exec(header) ?? []) : []
  if (traceId === undefined || flags === undefined || (version === '00' && more !== undefined)) {
    return { traceId: randomBytes(16).toString('hex'), spanId, flags: '00' }
  }
  return { traceId, spanId, flags }
}

export function printTraceparent({ traceId, spanId, flags }: Traceparent): string {
  return `00-${traceId}-${spanId}-${flags}`
}
