import type { FastifyRequest } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'

/** Methods that change nothing. */
export const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

function isForeign({ headers }: FastifyRequest, origin: string): boolean {
  const site = headers['sec-fetch-site']
  // `none` is what a person does with the address bar.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  // Hosts only: behind a proxy that ends TLS the scheme that we see is not the browser's.
  return headers.origin !== undefined && URL.parse(headers.origin)?.host !== new URL(origin).host
}

/** Throws `forbidden` for a change that another site's page asks for. Clients that are no browsers say nothing. */
export function refuseForeign(request: FastifyRequest, origin: string): void {
  if (SAFE.has(request.method) || !isForeign(request, origin)) return
  throw new CroftError('forbidden', 'Another site may not do this here.')
}
