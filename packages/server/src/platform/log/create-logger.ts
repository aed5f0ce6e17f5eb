import pino, { type DestinationStream, type Logger } from 'pino'
import { redact } from './redact.ts'

export interface LoggerOptions {
  /** The process, e.g. `api`. */
  readonly name: string
  readonly level: string
  /** Standard error unless given. */
  readonly destination?: DestinationStream
}

/** JSON lines. What looks like a secret is taken out of each whole line, whichever field or message it came in. */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      name,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redact },
    },
    // Written at once: the last lines of a process that dies are the ones that matter.
    destination ?? pino.destination({ fd: 2, sync: true }),
  )
}
