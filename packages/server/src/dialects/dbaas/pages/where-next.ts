import { isForm } from '../read-body.ts'
import type { PageInput, RenderedPage } from '../render.ts'
import { type Done, withDone } from './notices.ts'
import { pathOf } from './read-hal.ts'
import { listPath } from './words.ts'

const to = (path: string): RenderedPage => ({ status: 303, headers: { location: path }, body: '' })

/** Where a browser logs in to come back to this page; to the list where it only sent something. */
function login({ request, url, endpoint }: PageInput): RenderedPage {
  const list = endpoint?.kind == null ? '/api/' : listPath(endpoint.kind)
  const query = new URLSearchParams({ return_to: request.method === 'GET' ? pathOf(url) : list })
  return to(`/login?${query.toString()}`)
}

async function afterDeletion({ endpoint, given, url, read }: PageInput): Promise<RenderedPage | null> {
  if (endpoint?.kind == null) return null
  const done: Done = given.step === 'quarantined' ? 'quarantined' : 'deleted'
  // Who manages the quarantine still sees what is in it.
  const seen = done === 'quarantined' && (await read(pathOf(url))) !== null
  return to(withDone(seen ? pathOf(url) : listPath(endpoint.kind), done))
}

/**
 * Where the browser has to go instead of a page here: to the login when nobody is known, and after a form that worked
 * to the page that it made or changed, so that a reload sends nothing again. Null when the answer is to be shown.
 */
export async function whereNext(input: PageInput): Promise<RenderedPage | null> {
  const { request, answer, method, endpoint } = input
  if (answer.status === 401) return request.headers.authorization === undefined ? login(input) : null
  const sent = request.method === 'POST' && isForm(request.headers['content-type'] ?? '')
  if (!sent || answer.status >= 300) return null
  if (method === 'DELETE') return afterDeletion(input)
  const self = answer.hal === null ? null : pathOf(answer.location ?? answer.hal._links.self)
  if (self === null) return null
  if (endpoint?.place === 'action') return to(withDone(self, 'reset'))
  if (method === 'POST') return to(withDone(self, 'created'))
  if (method === 'PUT' || method === 'PATCH')
    return to(withDone(self, input.given.quarantine_dt === '' ? 'released' : 'changed'))
  return null
}
