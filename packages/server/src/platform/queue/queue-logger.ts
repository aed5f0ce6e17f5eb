import { Logger as QueueLogger } from 'graphile-worker'
import type { Logger } from 'pino'

/** The queue's messages in our log. What it attaches to them (payloads) stays out. */
export function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger((scope) => (level, message) => {
    const fields = { job: scope.jobId, task: scope.taskIdentifier }
    if (level === 'error') log.error(fields, message)
    else if (level === 'warning') log.warn(fields, message)
    // Its `info` is a line for every job.
    else log.debug(fields, message)
  })
}
