import { AgentFault } from '../../../fault.ts'
import { saysDiskFull } from '../../disk-full.ts'

/**
 * SQLSTATEs of class XX (damaged data, damaged index, what cannot be) and 58 (a file that is missing or cannot be
 * read) are what reading damaged data ends with.
 */
const damaged = /^(XX|58)/

export function corruption(database: string, what: string, found: string, cause?: unknown): AgentFault {
  return new AgentFault(
    'data-corrupt',
    `The database ${JSON.stringify(database)} is damaged in ${what}: ${found.slice(0, 500)}.`,
    { cause },
  )
}

/** The fault of an error that tells of damaged data; another error as it is. */
export function asCorruption(database: string, what: string, error: unknown): unknown {
  if (error instanceof AgentFault || !isDamage(error)) return error
  return corruption(database, what, error.message.replace(/\.$/, ''), error)
}

export function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return damaged.test(error.code) && !saysDiskFull(error.message)
}
