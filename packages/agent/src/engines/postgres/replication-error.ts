import { AgentFault } from '../../fault.ts'

/** Why a server refused a copy or broke it off; its own words go to the log only. */
export function faultOfServer(errorResponse: Buffer): AgentFault {
  const fields = fieldsOf(errorResponse)
  const state = fields.get('C') ?? 'unknown'
  const cause = new Error(`${fields.get('S') ?? 'ERROR'} ${state}: ${fields.get('M') ?? ''}`)
  if (state === '53100') {
    return new AgentFault('disk-full', 'The disk of this host is full; free space and try again.', { cause })
  }
  return new AgentFault('source-unavailable', reasons[state] ?? brokeOff(state), { cause })
}

/** The SQLSTATE of an ErrorResponse. */
export function sqlStateOf(errorResponse: Buffer): string {
  return fieldsOf(errorResponse).get('C') ?? ''
}

/** SQLSTATEs that have a cause an operator can act on. */
const reasons: Readonly<Record<string, string>> = {
  XX001:
    'The database holds pages whose checksum is wrong, so a copy of it would be damaged; restore an earlier backup.',
  '53300':
    'The database server has no free replication connection; another copy is running. Try again later.',
  '57P01': 'The database server stopped while it was copied; try again.',
  '57P03': 'The database server is starting or stopping; try again.',
}

function brokeOff(state: string): string {
  return `The database server refused or broke off the copy (SQLSTATE ${state}).`
}

/** ErrorResponse: a letter and a zero-ended string for each field, ended by a zero. */
function fieldsOf(body: Buffer): Map<string, string> {
  const fields = new Map<string, string>()
  for (const field of body.toString('utf8').split('\0')) {
    if (field.length > 1) fields.set(field.charAt(0), field.slice(1))
  }
  return fields
}
