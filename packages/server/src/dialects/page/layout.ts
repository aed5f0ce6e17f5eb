import { type Html, html, toText } from './html.ts'
import { STYLE } from './style.ts'

export interface PageContent {
  /** Without the product's name. */
  readonly title: string
  readonly body: Html
  readonly footer?: Html | undefined
  /** For pages with tables and text rather than a form. */
  readonly wide?: boolean
}

/** The product's sign. */
export const MARK = html`<svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.5">
<path d="M5 15 16 5l11 10" stroke-linecap="round" stroke-linejoin="round"/>
<path d="M9 13v13h14V13" stroke-linejoin="round"/><path d="M13 26v-7h6v7" stroke-linejoin="round"/></svg>`

/** A whole document of the server's own: no script, one stylesheet, nothing loaded from elsewhere. */
export function layout({ title, body, footer, wide }: PageContent): string {
  const page = html`<body>
<header class="brand">${MARK}<span>Croft</span></header>
<main class="${wide ? 'wide' : ''}">
${body}
</main>
${footer && html`<footer>${footer}</footer>`}
</body>`
  const head = html`<title>${title} · Croft</title>`
  // The stylesheet is ours and stays as it is: escaping it would change its hash.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${toText(head)}
<style>${STYLE}</style>
</head>
${toText(page)}
</html>
`
}
