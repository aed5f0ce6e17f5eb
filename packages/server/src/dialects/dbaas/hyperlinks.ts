import { KINDS, type Kind, SEGMENTS } from './endpoint.ts'

export interface Hyperlinks {
  /** What is asked for, absolute and with its query: `_links.self` of what has no address of its own. */
  readonly url: string
  item(kind: Kind, number: number): string
  list(kind: Kind): string
}

export function createHyperlinks(origin: string, url: string): Hyperlinks {
  const list = (kind: Kind): string => `${origin}/api/${SEGMENTS[kind]}/`
  return { url, list, item: (kind, number) => `${list(kind)}${number}/` }
}

const byteOf = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** A path and query as they were asked for, of bytes as Node reads them: what no URI may have in it is escaped. */
export const escapeTarget = (target: string): string =>
  target.replaceAll(/%(?![\da-f]{2})|[^\w!#$%&'()*+,./:;=?@~-]/gi, byteOf)

/** A number as paths have it; null for what names nothing. */
export function readNumber(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}

export type HyperlinkFault = 'No URL match' | 'Incorrect URL match'

/** The number in a hyperlink to a thing of this kind, relative or absolute: whose host it names does not matter. */
export function readHyperlink(text: string, kind: Kind): string | { readonly fault: HyperlinkFault } {
  const path = text.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? ''
  const [, segment, id] = /^\/api\/([a-z_]+)\/(?:([^/]+)\/)?$/.exec(path) ?? []
  if (!KINDS.some((each) => SEGMENTS[each] === segment)) return { fault: 'No URL match' }
  return segment === SEGMENTS[kind] && id !== undefined ? id : { fault: 'Incorrect URL match' }
}
