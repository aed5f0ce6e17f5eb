import { AgentFault } from '../../fault.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import type { Exit } from '../engine.ts'
import type { LogLine } from './server-log.ts'

/** What a server says when it cannot start, and what an operator should know of it. */
const causes: readonly { said: RegExp; message: string }[] = [
  {
    said: /error while loading shared libraries|cannot open shared object/,
    message:
      'The Redis programs of this host are incomplete: run `croft engine install redis` and try again.',
  },
  {
    said: /Out Of Memory|Cannot allocate memory/,
    message: 'This host has not enough free memory to start the database server.',
  },
  {
    said: /Can't handle RDB format version|server version is not enough|Unrecognized RDB type/i,
    message: 'The data was made by a newer version of Redis than the one that was to serve it.',
  },
  {
    said: /Bad file format|Wrong signature|CRC error|Short read|Unexpected EOF|Internal error in RDB|Fatal error loading|Unknown command|bad format|AOF .* does ?n[o']t exist|Invalid AOF manifest|Error loading .*(RDB|AOF)|Terminating server after rdb file reading failure/i,
    message: 'The data directory is damaged or incomplete; restore it from a backup.',
  },
  {
    said: /Permission denied/,
    message: 'The user that database servers run as has no access to the data directory.',
  },
  {
    said: /Address already in use/,
    message: 'Another server still uses the data directory; it should end soon. Try again.',
  },
  {
    said: /FATAL CONFIG FILE ERROR|Bad directive|wrong number of arguments/i,
    message: 'Redis refuses the settings of this size.',
  },
]

/** The fault of a start that failed, from how it ended and what the server said last; all of that is the cause. */
export function startFault(tail: readonly LogLine[], exit: Exit): AgentFault {
  const cause = new Error(tail.map((line) => `${line.mark || '-'} ${line.text}`).join('\n'))
  if (tail.some((line) => saysDiskFull(line.text))) return diskFull(cause)
  const known = causes.find(({ said }) => tail.some((line) => said.test(line.text)))
  if (known) return new AgentFault('server-start-failed', known.message, { cause })
  // By the kernel when memory runs out, or by somebody: no fault of the data's.
  if (exit.signal === 'SIGKILL' || exit.signal === 'SIGTERM') {
    return new AgentFault('server-crashed', 'The database server was killed while it started.', { cause })
  }
  return new AgentFault('server-start-failed', 'The database server ended while it started.', { cause })
}
