import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { html, toText } from '../page/html.ts'
import type { ApiDocument } from './documents.ts'
import { loadScalar } from './scalar.ts'

export type { ApiDocument } from './documents.ts'

const SCALAR = '/reference/scalar.js'

// The viewer sets styles from script and calls the API it shows; it loads nothing from elsewhere.
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' data: blob:`,
  `font-src 'self' data:`,
  `connect-src 'self'`,
  `worker-src 'self' blob:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ')

function sendViewer(reply: FastifyReply, title: string, start: string) {
  const head = html`<title>${title} · Croft</title>`
  const scripts = html`<script src="${SCALAR}"></script>
<script src="${start}"></script>`
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-cache')
    .send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${toText(head)}
</head>
<body>
<div id="app"><noscript>This page needs JavaScript. The documents themselves do not: they are JSON.</noscript></div>
${toText(scripts)}
</body>
</html>
`)
}

/** What starts the viewer on these documents. Its own fonts, telemetry and assistant are elsewhere, so off. */
function startScript(documents: readonly ApiDocument[]): string {
  const configuration = {
    sources: documents.map(({ slug, title, url }) => ({ slug, title, url })),
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: 'never',
  }
  return `Scalar.createApiReference('#app', ${JSON.stringify(configuration)})\n`
}

function sendScript(reply: FastifyReply, script: string) {
  return reply
    .header('content-type', 'text/javascript; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(script)
}

async function sendScalar(request: FastifyRequest, reply: FastifyReply) {
  const { plain, gzipped, etag } = await loadScalar()
  reply.header('etag', etag).header('cache-control', 'public, max-age=3600').header('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  reply.header('content-type', 'text/javascript; charset=utf-8')
  const compressed = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  return compressed ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(plain)
}

/** The interactive reference of all dialects at `/reference`, and of one where its API has an editor. */
export function registerReference(app: FastifyInstance, documents: readonly ApiDocument[]): void {
  const named = (name: string) => ({ config: { operation: `reference.${name}` }, schema: { hide: true } })
  app.get(SCALAR, named('script'), sendScalar)
  app.get('/reference', named('page'), (_request, reply) =>
    sendViewer(reply, 'API reference', '/reference/start.js'),
  )
  app.get('/reference/start.js', named('start'), (_request, reply) =>
    sendScript(reply, startScript(documents)),
  )
  for (const document of documents) {
    if (document.editorPath === undefined) continue
    const start = `/reference/${document.slug}.js`
    app.get(document.editorPath, named('editor'), (_request, reply) =>
      sendViewer(reply, document.title, start),
    )
    app.get(start, named('editorStart'), (_request, reply) => sendScript(reply, startScript([document])))
  }
}
