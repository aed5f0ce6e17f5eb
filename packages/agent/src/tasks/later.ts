import type { Fault } from '@croft/protocol'

/** What a task throws when it could not go on now, and is to be run again after a while. */
export class Later extends Error {
  readonly fault: Fault
  constructor(fault: Fault, options?: { cause?: unknown }) {
    super(fault.message, options)
    this.name = 'Later'
    this.fault = fault
  }
}
