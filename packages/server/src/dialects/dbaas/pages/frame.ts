import { createHash } from 'node:crypto'
import { formToken, sessionOf } from '../../page/cookies.ts'
import { type Html, html, toText } from '../../page/html.ts'
import { MARK } from '../../page/layout.ts'
import { STYLE } from '../../page/style.ts'
import type { Kind } from '../endpoint.ts'
import type { PageInput, RenderedPage } from '../render.ts'
import { pathOf } from './read-hal.ts'
import { PAGES_STYLE } from './style.ts'
import { listPath, WORDS } from './words.ts'

export interface Crumb {
  readonly label: string
  readonly path: string
}

export interface PageContent {
  /** Of the window. */
  readonly title: string
  /** What leads here, the page itself last. */
  readonly crumbs: readonly Crumb[]
  readonly body: Html
}

export const ROOT: Crumb = { label: 'Api Root', path: '/api/' }
export const listCrumb = (kind: Kind): Crumb => ({ label: `${WORDS[kind].title} List`, path: listPath(kind) })

const MENU: readonly Kind[] = [
  'database',
  'credential',
  'project',
  'plan',
  'environment',
  'enginetype',
  'engine',
  'team',
]

function menu(current: Kind | null): Html {
  const items = MENU.map((kind) => {
    const here = kind === current && html` aria-current="true"`
    return html`<li><a href="${listPath(kind)}"${here}>${WORDS[kind].plural}</a></li>`
  })
  return html`<nav class="menu" aria-label="Resources"><ul>${items}</ul></nav>`
}

function breadcrumbs(crumbs: readonly Crumb[]): Html {
  const last = crumbs.length - 1
  const items = crumbs.map(
    ({ label, path }, index) =>
      html`<li><a href="${path}"${index === last && html` aria-current="page"`}>${label}</a></li>`,
  )
  return html`<nav class="crumbs" aria-label="Breadcrumb"><ol>${items}</ol></nav>`
}

/** Who is logged in. Whoever came with a password is not: the browser sends it each time. */
function visitor({ principal, request, url }: PageInput): Html | null {
  if (principal === null) return null
  const session = sessionOf(request)
  if (session === undefined || request.headers.authorization !== undefined)
    return html`<p class="who"><span class="name">${principal.name}</span></p>`
  const query = new URLSearchParams({ return_to: request.method === 'GET' ? pathOf(url) : '/api/' })
  return html`<div class="who"><span class="name"><span class="unseen">Logged in as </span>${principal.name}</span>
<form method="post" action="/logout?${query.toString()}"><input type="hidden" name="form_token"
value="${formToken(session, 'logout')}"><button type="submit" class="link">Log out</button></form></div>`
}

// One text, and its hash in the policy: a page is a single request.
const SHEET = STYLE + PAGES_STYLE
const POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(SHEET).digest('base64')}'`,
  `form-action 'self'`,
  `base-uri 'none'`,
  `frame-ancestors 'self'`,
].join('; ')

/** A whole document: no script, nothing loaded from elsewhere, kept nowhere. */
export function frame(input: PageInput, { title, crumbs, body }: PageContent): RenderedPage {
  const page = html`<body class="browse">
<a class="skip" href="#content">Skip to the content</a>
<header>
<div class="bar"><a class="brand" href="/api/">${MARK}<span>Croft</span></a>${visitor(input)}</div>
${menu(input.endpoint?.kind ?? null)}
</header>
${breadcrumbs(crumbs)}
<main id="content" tabindex="-1">
${body}
</main>
<footer><a href="/docs/">Documentation</a> · <a href="/reference">API reference</a></footer>
</body>`
  return {
    headers: { 'content-security-policy': POLICY, 'cache-control': 'no-store' },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${toText(html`<title>${title} · Croft</title>`)}
<style>${SHEET}</style>
</head>
${toText(page)}
</html>
`,
  }
}
