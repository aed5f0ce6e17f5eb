import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Logger } from 'pino'

const lineLimit = 4096
const tailLimit = 60

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
  lines.on('close', () => end())
  lines.on('line', (raw) => {
    if (raw.trim() === '') return
    const line = parseLogLine(raw.slice(0, lineLimit))
    tail.push(line)
    if (tail.length > tailLimit) tail.shift()
    if (line.mark === '#' && !advice.test(line.text)) log.warn(line.text)
    else log.debug(line.text)
    if (line.text.includes('is now ready to accept connections at')) resolve()
  })
  return { tail: () => tail, ready, ended }
}
