import type { Refusal, RefusalKind } from '../refusal.ts'

/** SQLSTATE codes (PostgreSQL, appendix A). */
const sqlStates: Record<RefusalKind, string> = {
  'protocol-violation': '08P01',
  'not-supported': '0A000',
  'no-user': '28000',
  'unknown-user': '28P01',
  'tls-required': '28000',
  'too-many-connections': '53300',
  'login-timeout': '57014',
  unavailable: '57P03',
  'server-lost': '08006',
  ended: '57P01',
}

/** The ErrorResponse message of a refusal. */
export function errorResponse(refusal: Refusal): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${sqlStates[refusal.kind]}`, `M${textOf(refusal)}`]
  if (refusal.hint !== undefined) fields.push(`H${refusal.hint}`)
  const body = Buffer.from(`${fields.map((field) => `${field.replaceAll('\0', '')}\0`).join('')}\0`)
  const head = Buffer.from([0x45, 0, 0, 0, 0])
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** Worded as PostgreSQL does, where it has words for it. */
function textOf({ kind, message }: Refusal): string {
  if (kind === 'unknown-user') return `password authentication failed for user "${message}"`
  if (kind === 'ended') return `terminating connection due to administrator command: ${message}`
  return message
}
