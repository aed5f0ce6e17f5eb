import { AgentFault } from '../../fault.ts'
import { Away } from './away.ts'

/** What an error of the file system means for a backup directory. */
export function faultOfDirectory(error: unknown): Error {
  switch (errnoOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AgentFault(
        'disk-full',
        'The disk of the backup directory is full; free space and try again.',
        {
          cause: error,
        },
      )
    case 'ENOENT':
      return new AgentFault('backup-missing', 'The backup is not in its directory any more.', {
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
      return unreachable('may not be written by this agent; check its owner and mode', error)
    case 'EROFS':
      return away('is on a disk that may only be read; check its disk or mount', error)
    case 'ENOTDIR':
    // Where a directory should be made, a file lies.
    case 'EEXIST':
      return away('is not a directory', error)
    case 'EIO':
    case 'ESTALE':
    case 'ETIMEDOUT':
    case 'ENODEV':
    case 'ENXIO':
      return away('does not answer; check its disk or mount', error)
    default:
      return error instanceof Error ? error : new Error(String(error))
  }
}

/** Not there now, as a disk that is not mounted or does not answer: it may be back without anything being changed. */
export function away(what: string, cause?: unknown): AgentFault {
  return unreachable(what, new Away(`the directory ${what}`, { cause }))
}

export function unreachable(what: string, cause?: unknown): AgentFault {
  return new AgentFault('target-unreachable', `The backup directory ${what}.`, { cause })
}

/** Awaits an operation on the file system, with its errors as faults. */
export async function onDirectory<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (error) {
    throw faultOfDirectory(error)
  }
}

export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT'
}

function errnoOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
