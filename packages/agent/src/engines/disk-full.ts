import { AgentFault } from '../fault.ts'

/** Whether a program's words, in the C locale, are those of a full disk. */
export function saysDiskFull(text: string): boolean {
  return /No space left on device|Disk quota exceeded|ENOSPC/.test(text)
}

export function diskFull(cause: unknown): AgentFault {
  const message = 'The disk of this host is full; free space and try again.'
  return new AgentFault('disk-full', message, { cause })
}
