import { AgentFault, type FaultCode } from '../../fault.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import type { Exit } from '../engine.ts'
import type { LogLine } from './server-log.ts'

/** What a server says when it cannot start, and what an operator should know of it. */
const causes: readonly { said: RegExp; message: string; code?: FaultCode }[] = [
  {
    said: /Cannot allocate memory|could not map anonymous shared memory|out of memory/i,
    message: 'This host has not enough free memory to start the database server.',
  },
  {
    said: /recovery ended before configured recovery target was reached/,
    message: 'The archive ends before the point to restore to, or has no such restore point.',
    code: 'archive-incomplete',
  },
  {
    said: /requested recovery stop point is before consistent recovery point/,
    message:
      'The backup to begin with was completed after the point to restore to; begin with an earlier one.',
    code: 'backup-incompatible',
  },
  {
    said: /WAL ends before (end of online backup|consistent recovery point)/,
    message: 'The archive does not hold all changes that were made while the backup to begin with was taken.',
    code: 'archive-broken',
  },
  {
    said: /database files are incompatible with server|initialized by PostgreSQL version/,
    message: 'The data was made by another version of PostgreSQL than the one that was to serve it.',
  },
  {
    said: /could not locate (a valid|required) checkpoint record|invalid checkpoint|incorrect checksum in control file|invalid data in file "backup_label"|is not a valid data directory|could not open file ".*(pg_control|PG_VERSION)"/,
    message: 'The data directory is damaged or incomplete; restore it from a backup.',
  },
  {
    said: /has invalid permissions|has wrong ownership|Permission denied/,
    message: 'The user that database servers run as has no access to the data directory.',
  },
  {
    said: /lock file ".*" already exists|could not bind|pre-existing shared memory block/,
    message: 'Another server still uses the data directory; it should end soon. Try again.',
  },
  {
    said: /invalid value for parameter|unrecognized configuration parameter|outside the valid range|must be (less|greater)|configuration file ".*" contains errors/,
    message: 'PostgreSQL refuses the settings of this size.',
  },
]

/** The fault of a start that failed, from how it ended and what the server said last; all of that is the cause. */
export function startFault(tail: readonly LogLine[], exit: Exit): AgentFault {
  const cause = new Error(tail.map((line) => `${line.severity || '-'}: ${line.text}`).join('\n'))
  const severe = tail.filter((line) => line.severity !== 'LOG')
  if (severe.some((line) => saysDiskFull(line.text))) return diskFull(cause)
  const known = causes.find(({ said }) => severe.some((line) => said.test(line.text)))
  if (known) return new AgentFault(known.code ?? 'server-start-failed', known.message, { cause })
  // By the kernel when memory runs out, or by somebody: no fault of the data's.
  const killed = tail.some((line) => line.text.includes('was terminated by signal'))
  if (exit.signal || killed) {
    const message = 'The database server was killed while it started.'
    return new AgentFault('server-crashed', message, { cause })
  }
  return new AgentFault('server-start-failed', 'The database server ended while it started.', { cause })
}
