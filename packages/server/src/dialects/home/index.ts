import type { FastifyInstance, FastifyRequest } from 'fastify'
import { html } from '../page/html.ts'
import { sendPage } from '../page/send-page.ts'

/** What the page says of one dialect. */
export interface DialectEntry {
  readonly title: string
  /** Its base address, without the origin. */
  readonly path: string
  readonly clients: string
  /** Where its OpenAPI document is served. */
  readonly document: string
}

export interface HomeDeps {
  readonly dialects: readonly DialectEntry[]
  readonly originOf: (request: FastifyRequest) => string
  /** Whether the host of this machine is connected and which engines it has. */
  readonly describe: () => Promise<{ readonly hosts: number; readonly engines: readonly string[] }>
}

/** `GET /`: what runs here and where to go; nothing that only a user may know. */
export function registerHome(app: FastifyInstance, deps: HomeDeps): void {
  app.get('/', {
    config: { operation: 'home.page' },
    schema: { hide: true },
    async handler(request, reply) {
      const origin = deps.originOf(request)
      const { hosts, engines } = await deps.describe()
      const rows = deps.dialects.map(
        (dialect) => html`<tr>
<th scope="row">${dialect.title}<br><span class="quiet">${dialect.clients}</span></th>
<td><code>${origin}${dialect.path}</code><br><a href="${dialect.document}">OpenAPI</a></td>
</tr>`,
      )
      return sendPage(reply, {
        title: 'Databases of your own',
        wide: true,
        body: html`<h1>Croft is running</h1>
<p class="quiet">${hosts === 1 ? 'One host is' : `${hosts} hosts are`} connected${
          engines.length > 0 && html`, with ${engines.join(', ')}`
        }.</p>
<h2>Management APIs</h2>
<table><tbody>${rows}</tbody></table>
<h2>Start here</h2>
<pre><code>npx croft database create my-first-database</code></pre>
<p class="quiet">In the clone that runs it. Existing clients work after changing only the host.</p>
<div class="actions"><a class="button" href="/docs/">Documentation</a><a class="button" href="/reference">API reference</a></div>`,
        footer: html`<a href="/readyz">Health</a> · <a href="/metrics">Metrics</a>`,
      })
    },
  })
}
