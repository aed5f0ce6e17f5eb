import type { Fault } from '@croft/protocol'

/** Codes an agent reports. Each names a cause an operator can do something about. */
export type FaultCode =
  /** Changes are missing between a backup and the point to restore to. */
  | 'archive-broken'
  /** The archive ends before the point, or has no such mark. */
  | 'archive-incomplete'
  | 'backup-corrupt'
  | 'backup-incompatible'
  | 'backup-missing'
  /** Pages, heaps or indexes are damaged. */
  | 'data-corrupt'
  | 'data-lost'
  | 'disk-full'
  | 'engine-not-installed'
  | 'instance-unknown'
  | 'internal'
  /** Another program listens on the database's own port. */
  | 'port-taken'
  /** No port is left for one more database of its own. */
  | 'ports-used-up'
  | 'server-crashed'
  | 'server-start-failed'
  /** It does not start with the settings that were chosen, and runs with those before. */
  | 'settings-refused'
  | 'source-unavailable'
  /** The database takes more storage than it may have. */
  | 'storage-full'
  | 'target-unreachable'

/** Causes that pass, or that an operator ends, without anything being wished anew. */
const PASSING: readonly string[] = [
  'disk-full',
  'engine-not-installed',
  'port-taken',
  'ports-used-up',
  'server-crashed',
  'target-unreachable',
] satisfies FaultCode[]

/** Whether what failed may succeed later as it is. */
export function mayPass(fault: Fault): boolean {
  return PASSING.includes(fault.code)
}

/** A failure that is told to the control plane: `message` is public, `cause` stays in the log. */
export class AgentFault extends Error {
  readonly code: FaultCode
  constructor(code: FaultCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AgentFault'
    this.code = code
  }
}

/** What the control plane is told of any error: a fault as it is, a full disk by its errno, the rest as internal. */
export function toFault(error: unknown): Fault {
  if (error instanceof AgentFault) return { code: error.code, message: error.message }
  const errno = error instanceof Error && 'code' in error ? error.code : undefined
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return { code: 'disk-full', message: 'The disk of this host is full; free space and try again.' }
  }
  return { code: 'internal', message: 'The agent met an unexpected error; its log has the details.' }
}
