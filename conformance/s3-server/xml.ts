export function escapeXml(text: string): string {
  return text.replace(/[<>&'"\r]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

export function unescapeXml(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
  return text.replace(/&(#x?[0-9a-fA-F]+|[a-z]+);/g, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
    return named[name] ?? whole
  })
}

/** The contents of all elements of a name, innermost text unescaped. Enough for what clients of S3 send. */
export function elements(xml: string, name: string): string[] {
  const found = [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))]
  return found.map(([, content = '']) => content)
}

export function textOf(xml: string, name: string): string | undefined {
  const [content] = elements(xml, name)
  return content === undefined ? undefined : unescapeXml(content)
}

export function document(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`
}

export function element(name: string, value: string | number | boolean): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`
}
