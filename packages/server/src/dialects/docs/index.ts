import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { CroftError } from '../../platform/errors/index.ts'
import { html } from '../page/html.ts'
import { sendPage } from '../page/send-page.ts'
import { renderMarkdown } from './render-markdown.ts'

/** The documentation of this very version, from the repository's `docs/`. */
const DOCS = join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs')

/** The file behind a path below `/docs`; a page may be asked for without its `.md`. Throws `route-not-found`. */
async function readPage(path: string): Promise<string> {
  const name = path === '' || path.endsWith('/') ? `${path}README.md` : path
  try {
    const file = await realpath(join(DOCS, extname(name) === '' ? `${name}.md` : name))
    if (extname(file) === '.md' && file.startsWith((await realpath(DOCS)) + sep))
      return await readFile(file, 'utf8')
  } catch {
    // Not there, or not a file.
  }
  throw new CroftError('route-not-found', 'There is no such page of the documentation.', {
    hint: 'The index is at /docs/.',
  })
}

/** `/docs/`: the documentation, where people are when they need it. */
export function registerDocs(app: FastifyInstance): void {
  const route = (operation: string) => ({
    config: { operation: `docs.${operation}` },
    schema: { hide: true },
  })
  app.get('/docs', route('index'), (_request, reply) => reply.redirect('/docs/', 308))
  app.get<{ Params: { '*': string } }>('/docs/*', route('page'), async (request, reply) => {
    const { title, body } = await renderMarkdown(await readPage(request.params['*']))
    return sendPage(reply, {
      title,
      wide: true,
      body,
      footer: html`<a href="/">Croft</a> · <a href="/docs/">Documentation</a> · <a href="/reference">API reference</a>`,
    })
  })
}
