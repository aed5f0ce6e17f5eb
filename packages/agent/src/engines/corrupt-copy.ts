import { AgentFault } from '../fault.ts'

/** A copy of data that cannot be restored; `what` ends the sentence. */
export function corruptCopy(what: string, cause?: unknown): AgentFault {
  return new AgentFault('backup-corrupt', `The copy of the data is damaged: ${what}.`, { cause })
}
