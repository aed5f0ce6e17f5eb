import { type Html, html } from '../../page/html.ts'
import type { Links } from '../hal.ts'
import { pathOf } from './read-hal.ts'

function pageOf(url: string | null | undefined): number {
  return Number(url ? new URL(url).searchParams.get('page') : 0)
}

/** Which of all things a page shows, and the way to the others. */
export function pagination({ count = 0, previous, next }: Links, shown: number): Html {
  if (count === 0) return html``
  const page = pageOf(previous) + 1
  // All pages but the last one have as many as this one.
  const first = next ? (page - 1) * shown + 1 : count - shown + 1
  const range = shown === count ? `${count} in all` : `${first}–${first + shown - 1} of ${count}`
  return html`<div class="pages"><p class="quiet">${range}</p>
${
  (previous || next) &&
  html`<nav aria-label="Pages"><ul>
${previous && html`<li><a class="button second" rel="prev" href="${pathOf(previous)}">Previous</a></li>`}
<li><span>Page ${page}</span></li>
${next && html`<li><a class="button second" rel="next" href="${pathOf(next)}">Next</a></li>`}
</ul></nav>`
}</div>`
}
