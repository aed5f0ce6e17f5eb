const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }

/** The arguments of an inline command, split as Redis does (sdssplitargs); null when a quote does not end. */
export function splitInline(line: Buffer): Buffer[] | null {
  const text = line.toString('latin1')
  const args: Buffer[] = []
  let at = 0
  for (;;) {
    while (isSpace(text[at])) at += 1
    if (at >= text.length) return args
    let arg = ''
    while (at < text.length && !isSpace(text[at])) {
      const char = text[at] ?? ''
      if (char !== '"' && char !== "'") {
        arg += char
        at += 1
        continue
      }
      const quoted = char === '"' ? doubleQuoted(text, at + 1) : singleQuoted(text, at + 1)
      // What follows the closing quote has to be a space.
      if (!quoted || (quoted.next < text.length && !isSpace(text[quoted.next]))) return null
      arg += quoted.text
      at = quoted.next
    }
    args.push(Buffer.from(arg, 'latin1'))
  }
}

function doubleQuoted(text: string, from: number): { text: string; next: number } | undefined {
  let found = ''
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] ?? ''
    const next = text[at + 1]
    if (char === '"') return { text: found, next: at + 1 }
    const hex = /^\\x([0-9a-f]{2})/i.exec(text.slice(at, at + 4))?.[1]
    if (hex !== undefined) {
      found += String.fromCharCode(Number.parseInt(hex, 16))
      at += 3
    } else if (char === '\\' && next !== undefined) {
      found += escapes[next] ?? next
      at += 1
    } else {
      found += char
    }
  }
  return undefined
}

function singleQuoted(text: string, from: number): { text: string; next: number } | undefined {
  let found = ''
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") return { text: found, next: at + 1 }
    if (text.startsWith("\\'", at)) at += 1
    found += text[at]
  }
  return undefined
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /[ \t\n\v\f\r\0]/.test(char)
}
