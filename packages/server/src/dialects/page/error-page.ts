import { html } from './html.ts'
import type { Page } from './send-page.ts'

export function errorPage(status: number, title: string, message: string): Page {
  return { status, title, body: html`<h1>${title}</h1><p>${message}</p>` }
}
