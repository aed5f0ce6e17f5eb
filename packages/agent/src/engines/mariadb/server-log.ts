import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Logger } from 'pino'

const lineLimit = 4096
const tailLimit = 60

export type Severity = 'Note' | 'Warning' | 'ERROR' | ''

export interface LogLine {
  readonly severity: Severity
  readonly text: string
}

/**
 * Reads a line as `2026-01-31 12:00:00 0 [ERROR] text`. What has no date may be a damaged page or the statement that a
 * crash has met, with the data of clients: null, unless it is the complaint of a program that does not run.
 */
export function parseLogLine(line: string): LogLine | null {
  const [, severity, text] =
    /^\d{4,6}(?:-\d\d-\d\d)? +[\d:]+ +(?:\d+ )?\[(Note|Warning|ERROR)\] (.*)$/s.exec(line) ?? []
  if (text !== undefined && (severity === 'Note' || severity === 'Warning' || severity === 'ERROR')) {
    return { severity, text }
  }
  return /^\/\S*mariadbd: /.test(line) ? { severity: '', text: line } : null
}

export interface ServerLog {
  /** The last lines, for the reason of a failed start. */
  tail(): readonly LogLine[]
  /** Resolves when the server has said that it takes connections. */
  readonly ready: Promise<void>
  /** Resolves when the server can say no more. */
  readonly ended: Promise<void>
  /** When it last said anything (`performance.now()`), or 0. */
  lastSaid(): number
  /** Where its log ended when it started, as it says; undefined when it has not. */
  endOfLog(): string | undefined
  /** Has every line told from now on, and the last ones from before. */
  listen(listener: (line: LogLine) => void): void
}

/** Passes a server's stderr on to the agent's log, line by line, in bounded memory. */
export function followLog(stderr: Readable, log: Logger): ServerLog {
  const tail: LogLine[] = []
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let lastSaid = 0
  let endOfLog: string | undefined
  let listener: (line: LogLine) => void = () => {}
  stderr.on('error', (error) => log.debug({ err: error }, 'the log of a server ended'))
  const lines = createInterface({ input: stderr })
  lines.on('close', () => end())
  lines.on('line', (raw) => {
    const line = parseLogLine(raw.slice(0, lineLimit))
    if (!line) return
    tail.push(line)
    if (tail.length > tailLimit) tail.shift()
    lastSaid = performance.now()
    endOfLog = /InnoDB: End of log at LSN=(\d+)/.exec(line.text)?.[1] ?? endOfLog
    if (line.severity === 'ERROR') log.error(line.text)
    else if (line.severity === 'Warning') log.warn(line.text)
    else log.debug(line.text)
    listener(line)
    if (line.text.endsWith(': ready for connections.')) resolve()
  })
  return {
    tail: () => tail,
    ready,
    ended,
    lastSaid: () => lastSaid,
    endOfLog: () => endOfLog,
    listen(next) {
      listener = next
      for (const line of tail) next(line)
    },
  }
}
