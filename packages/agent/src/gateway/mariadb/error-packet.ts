import type { Refusal, RefusalKind } from '../refusal.ts'

/** Error numbers and SQLSTATE codes, as MariaDB has them. */
const codes: Record<RefusalKind, readonly [number, string]> = {
  'protocol-violation': [1043, '08S01'],
  'not-supported': [1251, '08004'],
  'no-user': [1045, '28000'],
  'unknown-user': [1045, '28000'],
  // ER_SECURE_TRANSPORT_REQUIRED
  'tls-required': [3159, 'HY000'],
  'too-many-connections': [1040, '08004'],
  'login-timeout': [1159, '08S01'],
  unavailable: [1053, '08S01'],
  'server-lost': [1158, '08S01'],
  ended: [1927, '70100'],
}

/** Wrong password, for an account that has one, and for one that has another plugin. */
const DENIED = [1045, 1698]

/**
 * The payload of the ERR packet of a refusal. A client that has not said yet that it knows SQLSTATE codes gets none.
 */
export function errorPayload(refusal: Refusal, withState: boolean, hasPassword = true): Buffer {
  const [number, state] = codes[refusal.kind]
  const head = Buffer.from([0xff, number & 0xff, number >>> 8])
  const text = [textOf(refusal, hasPassword), refusal.hint].filter((part) => part !== undefined).join('. ')
  return Buffer.concat([head, Buffer.from(`${withState ? `#${state}` : ''}${text}`)])
}

/** Whether a server's ERR packet says that the login is wrong. */
export function isDenied(payload: Buffer): boolean {
  return payload.length >= 3 && DENIED.includes(payload.readUInt16LE(1))
}

/** Worded as MariaDB does, where it has words for it. */
function textOf({ kind, message }: Refusal, hasPassword: boolean): string {
  if (kind === 'unknown-user') {
    return `Access denied for user '${message}'@'localhost' (using password: ${hasPassword ? 'YES' : 'NO'})`
  }
  if (kind === 'ended') return `Connection was killed: ${message}`
  return message
}
