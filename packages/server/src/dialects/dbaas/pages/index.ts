import type { PageInput, RenderedPage } from '../render.ts'
import { frame, type PageContent } from './frame.ts'
import { itemPage } from './item-page.ts'
import { listPage } from './list-page.ts'
import { createLookup } from './lookup.ts'
import { actionPage, errorPage, optionsPage } from './other-page.ts'
import { rootPage } from './root-page.ts'
import { whereNext } from './where-next.ts'

/** The page of an answer; null where there is only the failure to show. */
async function contentOf(input: PageInput): Promise<PageContent | null> {
  const { endpoint, answer, method, principal } = input
  if (endpoint === null || principal === null) return null
  if (method === 'OPTIONS' && answer.status === 200) return optionsPage(input)
  const lookup = createLookup(input.read)
  if (endpoint.place === 'action') return answer.status === 404 ? null : actionPage(input)
  if (answer.status >= 400 && method === 'GET') return null
  const { kind, place } = endpoint
  if (kind === null) return answer.status >= 400 ? null : rootPage(input, lookup)
  return place === 'list' ? listPage(input, kind, lookup) : itemPage(input, kind, lookup)
}

/** The answer as a page for a browser, or where the browser goes instead. */
export async function renderPage(input: PageInput): Promise<RenderedPage> {
  const next = await whereNext(input)
  if (next !== null) return next
  return frame(input, (await contentOf(input)) ?? errorPage(input))
}
