import { randomFillSync } from 'node:crypto'

export interface Traceparent {
  readonly traceId: string
  readonly spanId: string
  readonly flags: string
}

// W3C Trace Context: versions after 00 may carry more, which is left out.
const HEADER = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/

// Filled for many requests at once: asking for 24 bytes each time was a tenth of the cost of a small request.
const pool = Buffer.alloc(8192)
let used = pool.length

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}

/** The span of this request: of the caller's trace when it sent a valid `traceparent`, else of a new one. */
export function continueTrace(header: string | string[] | undefined): Traceparent {
  const spanId = randomHex(8)
  const [, version, traceId, flags, more] = typeof header === 'string' ? (HEADER.exec(header) ?? []) : []
  if (traceId === undefined || flags === undefined || (version === '00' && more !== undefined)) {
    return { traceId: randomHex(16), spanId, flags: '00' }
  }
  return { traceId, spanId, flags }
}

export function printTraceparent({ traceId, spanId, flags }: Traceparent): string {
  return `00-${traceId}-${spanId}-${flags}`
}
