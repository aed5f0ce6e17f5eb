const SEVERE = 40 // pino's "warn"

/** What Node prints around the message of an uncaught error: its own source, the stack, the error's fields. */
const NOISE =
  /^(\s+at |node:|\s+throw |\s*\^+\s*$|Node\.js v|\s+(code|errno|syscall|requireStack): |\s*[{}]\s*$)/

interface Line {
  readonly severe: boolean
  readonly text: string
}

function fieldsOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return null
  }
}

function read(line: string): Line {
  const fields = fieldsOf(line)
  if (!fields) return { severe: true, text: line }
  const level = fields.level
  const error = fields.err as { message?: unknown } | undefined
  const said = [fields.msg, error?.message, fields.hint].filter((part) => typeof part === 'string')
  return {
    severe: typeof level === 'number' ? level >= SEVERE : ['warn', 'error', 'fatal'].includes(String(level)),
    text: [...new Set(said)].join(': ') || line,
  }
}

/** The end of a log for people: the severe lines if there are any, JSON reduced to what was said. */
export function explainLog(lines: readonly string[], count = 8): string[] {
  const all = lines.filter((line) => line.trim() !== '' && !NOISE.test(line)).map(read)
  const severe = all.filter((line) => line.severe)
  const chosen = severe.length > 0 ? severe : all
  return [...new Set(chosen.map((line) => line.text))].slice(-count)
}
