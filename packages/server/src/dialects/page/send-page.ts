import type { FastifyReply } from 'fastify'
import { layout, type PageContent } from './layout.ts'
import { STYLE_SOURCE } from './style.ts'

export interface Page extends PageContent {
  readonly status?: number
  /** Sources, beyond our own, that a form of this page may lead to by redirects. */
  readonly formTargets?: readonly string[]
}

/** Sends a page that runs no script and is framed by nobody; the headers of every answer do the rest. */
export function sendPage(reply: FastifyReply, { status = 200, formTargets = [], ...content }: Page) {
  const policy = [
    `default-src 'none'`,
    `style-src ${STYLE_SOURCE}`,
    // Browsers hold redirects after a form's submission to this as well.
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ]
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy.join('; '))
    .send(layout(content))
}
