import { type Html, html } from '../../page/html.ts'
import type { Hal } from '../hal.ts'

/** An object as JSON for people, its addresses of ours as links. */
export function printJson(hal: Hal, origin: string): Html {
  // Within a string quotes are escaped, so a quoted address is a whole string.
  const parts = JSON.stringify(hal, null, 2).split(/"(https?:\/\/[^"\\]+)"/)
  const printed = parts.map((part, index) => {
    if (index % 2 === 0) return html`${part}`
    // With two slashes a path of ours would name another host.
    if (!part.startsWith(`${origin}/`) || part.startsWith(`${origin}//`)) return html`"${part}"`
    return html`"<a href="${part.slice(origin.length)}">${part}</a>"`
  })
  return html`${printed}`
}
