import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Logger } from 'pino'

const lineLimit = 4096
const tailLimit = 60
/**
 * Scripts of clients write to this log as fast as they run (`redis.log`). More lines in a second wait, and their server
 * with them; more warnings in a minute are no news.
 */
const linesInSecond = 200
const warningsInMinute = 30

export interface LogLine {
  /** Redis' mark: `.` debug, `-` verbose, `*` notice, `#` warning; empty for the program's own complaint. */
  readonly mark: string
  readonly text: string
}

/** Reads a line as `4711:M 31 Jan 2026 12:00:00.000 * text`; the letter tells the server from its children. */
export function parseLogLine(line: string): LogLine {
  const [, mark = '', text = line] = /^\d+:[A-Z] \d{1,2} \w{3} \d{4} [\d:.]+ ([.*#-]) (.*)$/s.exec(line) ?? []
  return { mark, text }
}

/** Advice on the host that every server gives at its start, and what every start says of itself. */
const advice =
  /overcommit_memory|Transparent Huge Pages|oO0OoO0OoO0Oo|just started|TCP backlog|maximum open files/

export interface ServerLog {
  /** The last lines, for the reason of a failed start or save. */
  tail(): readonly LogLine[]
  /** Resolves when the server has said that it takes connections. */
  readonly ready: Promise<void>
  /** Resolves when the server can say no more. */
  readonly ended: Promise<void>
}

/** Passes what a server says on to the agent's log, line by line, in bounded memory. */
export function followLog(said: Readable, log: Logger): ServerLog {
  const tail: LogLine[] = []
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  said.on('error', (error) => log.debug({ err: error }, 'the log of a server ended'))
  const lines = createInterface({ input: said })
  const inSecond = countWithin(1000)
  const warnings = countWithin(60_000)
  lines.on('close', () => end())
  lines.on('line', (raw) => {
    if (inSecond() === linesInSecond) {
      lines.pause()
      setTimeout(() => lines.resume(), 1000).unref()
    }
    if (raw.trim() === '') return
    const line = parseLogLine(raw.slice(0, lineLimit))
    tail.push(line)
    if (tail.length > tailLimit) tail.shift()
    if (line.mark === '#' && !advice.test(line.text) && warnings() <= warningsInMinute) log.warn(line.text)
    else log.debug(line.text)
    if (line.text.includes('is now ready to accept connections at')) resolve()
  })
  return { tail: () => tail, ready, ended }
}

/** Counts calls, and begins anew after so many ms. */
function countWithin(ms: number): () => number {
  let began = 0
  let count = 0
  return () => {
    if (performance.now() - began > ms) {
      began = performance.now()
      count = 0
    }
    count += 1
    return count
  }
}
