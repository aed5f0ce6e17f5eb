import type { Command } from 'commander'
import { wholeNumber } from './number-option.ts'
import { addSessionOptions, type SessionOptions } from './session.ts'

export interface WaitOptions extends SessionOptions {
  readonly wait: boolean
  readonly timeout: number
}

/** The options of a command that starts something which takes its time. */
export function addWaitOptions(command: Command, seconds = 3600): Command {
  return addSessionOptions(command)
    .option('--no-wait', 'do not wait until it is done')
    .option('--timeout <seconds>', 'how long to wait', wholeNumber, seconds)
}
