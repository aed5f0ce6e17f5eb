/** An element of an answer; a service's namespaces and attributes say nothing we need. */
export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  /** The text directly in it. */
  readonly text: string
}

const depthLimit = 16
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Reads the XML that S3 services answer with: elements, text, the five entities and character references. No
 * document types: nothing is expanded or fetched. Throws a `SyntaxError`.
 */
export function parseXml(source: string): XmlElement {
  const root = { name: '', children: [] as XmlElement[], text: '' }
  const open = [root]
  const token =
    /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s<>=/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
  const text = source.replace(/^\uFEFF/, '')
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    const inside = open.at(-1)
    if (!match || !inside) throw new SyntaxError(`unexpected XML at ${at}`)
    const [, cdata, closing, name, , empty, plain] = match
    if (cdata !== undefined) inside.text += cdata
    else if (plain !== undefined) inside.text += unescapeXml(plain)
    else if (closing !== undefined) {
      if (open.length === 1 || inside.name !== localName(closing))
        throw new SyntaxError(`</${closing}> at ${at}`)
      open.pop()
    } else if (name !== undefined) {
      const element = { name: localName(name), children: [] as XmlElement[], text: '' }
      inside.children.push(element)
      if (empty !== '/') open.push(element)
      if (open.length > depthLimit) throw new SyntaxError('too many elements in one another')
    }
  }
  const [document, ...others] = root.children
  if (open.length !== 1 || !document || others.length > 0 || root.text.trim() !== '') {
    throw new SyntaxError('not one whole XML document')
  }
  return document
}

/** The text of the first child of a name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}

export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&'"\r]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function unescapeXml(text: string): string {
  return text.replace(/&([^;&]{0,12});?/g, (whole, name: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? []
    const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined
    const plain = code !== undefined && code <= 0x10ffff ? String.fromCodePoint(code) : entities[name]
    if (plain === undefined || !whole.endsWith(';')) throw new SyntaxError(`unknown entity ${whole}`)
    return plain
  })
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
