import type { Readable } from 'node:stream'
import type { Logger } from 'pino'

type Level = 'debug' | 'info' | 'warn' | 'error'

/** FATAL ends one session, mostly a login that failed; PANIC ends the server. */
const levels: Readonly<Record<string, Level>> = {
  LOG: 'debug',
  INFO: 'debug',
  NOTICE: 'debug',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'warn',
  PANIC: 'error',
}

const lineLimit = 4096
const tailLimit = 40

export interface LogLine {
  readonly severity: string
  readonly level: Level
  readonly text: string
}

/** Reads a line as `log_line_prefix = '[%p] '` makes it; what has no severity is the program's own complaint. */
export function parseLogLine(line: string): LogLine {
  const [, severity, text] = /^\[\d+\] ([A-Z]+): {2}(.*)$/s.exec(line) ?? []
  const level = severity && levels[severity]
  if (severity && level && text !== undefined) return { severity, level, text }
  return { severity: '', level: 'info', text: line }
}

export interface ServerLog {
  /** The last lines, for the reason of a failed start. */
  tail(): readonly LogLine[]
  /** Resolves when the server has said that it takes connections. */
  readonly ready: Promise<void>
  /** When it last told of getting on with its start (`performance.now()`), or 0. */
  lastProgress(): number
  /** Has every line told from now on, and the last ones from before. */
  listen(listener: (line: LogLine) => void): void
}

/** Every ten seconds of a long start; the same position again is no progress. */
const startProgress = /, elapsed time: [\d.]+ s/

/** Passes a server's stderr on to the agent's log, line by line, in bounded memory. */
export function followLog(stderr: Readable, log: Logger): ServerLog {
  const tail: LogLine[] = []
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  let rest = ''
  let progress = ''
  let lastProgress = 0
  let listener: (line: LogLine) => void = () => {}
  const take = (raw: string) => {
    if (raw.trim() === '') return
    const line = parseLogLine(raw.slice(0, lineLimit))
    tail.push(line)
    if (tail.length > tailLimit) tail.shift()
    listener(line)
    if (startProgress.test(line.text) && progress !== line.text.replace(startProgress, '')) {
      progress = line.text.replace(startProgress, '')
      lastProgress = performance.now()
    }
    log[line.level]({ severity: line.severity }, line.text)
    if (line.text.endsWith('database system is ready to accept connections')) resolve()
  }
  stderr.setEncoding('utf8')
  stderr.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = (lines.pop() ?? '').slice(0, lineLimit)
    for (const line of lines) take(line)
  })
  stderr.on('end', () => take(rest))
  stderr.on('error', (error) => log.debug({ err: error }, 'the log of a server ended'))
  return {
    tail: () => tail,
    ready,
    lastProgress: () => lastProgress,
    listen(next) {
      listener = next
      for (const line of tail) next(line)
    },
  }
}
