import { html } from '../../page/html.ts'
import type { PageInput } from '../render.ts'
import { exchange } from './exchange.ts'
import { faultOf, saidAbove } from './fault.ts'
import { form } from './forms/form.ts'
import { type Crumb, listCrumb, type PageContent, ROOT } from './frame.ts'
import { alert } from './notices.ts'
import { pathOf } from './read-hal.ts'
import { listPath, WORDS } from './words.ts'

/** What leads to an address, as far as it is one of ours. */
function crumbsOf({ endpoint, id, url }: PageInput): readonly Crumb[] {
  if (endpoint?.kind == null) return [ROOT]
  const { kind, place } = endpoint
  const list = [ROOT, listCrumb(kind)]
  if (place === 'list') return list
  const item = { label: `${WORDS[kind].title} Instance`, path: `${listPath(kind)}${id}/` }
  return place === 'item' ? [...list, item] : [...list, item, { label: 'Reset Password', path: pathOf(url) }]
}

const TITLES: Readonly<Record<number, string>> = {
  401: 'Who are you?',
  403: 'You may not do this',
  404: 'Not found',
  405: 'This cannot be done here',
  429: 'Too many requests',
  503: 'Not available at the moment',
}

/** A failure with nothing else to show. */
export function errorPage(input: PageInput): PageContent {
  const { status } = input.answer
  const fault = faultOf(input.answer)
  const title = TITLES[status] ?? 'That did not work'
  const said = fault ? saidAbove(fault, []) : []
  const body = html`<h1>${title}</h1>
${
  status === 404
    ? html`<p class="about">There is nothing at this address, or it is not yours to see. It may have been deleted, or be
in quarantine.</p>`
    : alert(said)
}
<p><a href="/api/">Back to the start</a></p>
${exchange(input)}`
  return { title, crumbs: crumbsOf(input), body }
}

/** `reset_password`, which only does something when it is asked to. */
export function actionPage(input: PageInput): PageContent {
  const { answer, url } = input
  const fault = faultOf(answer)
  const body = html`<h1>Reset Password</h1>
${fault && answer.status !== 405 && alert(saidAbove(fault, []))}
<section class="card" aria-labelledby="reset"><h2 id="reset">A new password</h2>
<p>Croft makes a new password. The old one stops working and its sessions end.</p>
${form(input, {
  action: pathOf(url),
  body: html`<div class="actions"><button type="submit">Reset the password</button></div>`,
})}</section>
${exchange(input)}`
  return { title: 'Reset Password', crumbs: crumbsOf(input), body }
}

/** What an address can do, as OPTIONS tells it. */
export function optionsPage(input: PageInput): PageContent {
  const crumbs = crumbsOf(input)
  const title = `Options of ${crumbs.at(-1)?.label}`
  const body = html`<h1>${title}</h1>
<p class="about">What can be done at this address, and with which fields.</p>
${exchange(input)}`
  return { title, crumbs, body }
}
