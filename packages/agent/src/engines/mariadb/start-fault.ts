import { AgentFault } from '../../fault.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import type { Exit } from '../engine.ts'
import type { LogLine } from './server-log.ts'

/** What a server says when it cannot start, and what an operator should know of it. */
const causes: readonly { said: RegExp; message: string }[] = [
  {
    said: /Cannot allocate memory|Out of memory|could not allocate/i,
    message: 'This host has not enough free memory to start the database server.',
  },
  {
    said: /error while loading shared libraries|cannot open shared object/,
    message:
      'The MariaDB programs of this host are incomplete: run `croft engine install mariadb` and try again.',
  },
  {
    said: /Upgrade after a crash is not supported|was created (with|by) (a )?(later|newer)|Unsupported redo log format|Incompatible/i,
    message: 'The data was made by another version of MariaDB than the one that was to serve it.',
  },
  {
    said: /corrupt|checksum mismatch|Missing FILE_CHECKPOINT|log sequence number .* is in the future|is of a different size|Could not find a valid tablespace|doesn't exist in engine|Can't open and lock privilege tables|Missing system table|Table 'mysql\.|Aria recovery failed|invalid log header/i,
    message: 'The data directory is damaged or incomplete; restore it from a backup.',
  },
  {
    said: /Unable to lock|Can't lock aria control file|another server running|Address already in use/i,
    message: 'Another server still uses the data directory; it should end soon. Try again.',
  },
  {
    said: /Permission denied|The error means mariadbd does not have the access rights/,
    message: 'The user that database servers run as has no access to the data directory.',
  },
  {
    said: /unknown (variable|option)|Unknown suffix|Error while setting value|invalid value/i,
    message: 'MariaDB refuses the settings of this size.',
  },
]

/** The fault of a start that failed, from how it ended and what the server said last; all of that is the cause. */
export function startFault(tail: readonly LogLine[], exit: Exit): AgentFault {
  const cause = new Error(tail.map((line) => `${line.severity || '-'}: ${line.text}`).join('\n'))
  const severe = tail.filter((line) => line.severity !== 'Note')
  if (
    severe.some((line) => saysDiskFull(line.text) || /Disk is full|error: 28\b|Errcode: 28\b/.test(line.text))
  ) {
    return diskFull(cause)
  }
  const known = causes.find(({ said }) => severe.some((line) => said.test(line.text)))
  if (known) return new AgentFault('server-start-failed', known.message, { cause })
  // By the kernel when memory runs out, or by somebody: no fault of the data's.
  if (exit.signal === 'SIGKILL' || exit.signal === 'SIGTERM') {
    return new AgentFault('server-crashed', 'The database server was killed while it started.', { cause })
  }
  return new AgentFault('server-start-failed', 'The database server ended while it started.', { cause })
}
