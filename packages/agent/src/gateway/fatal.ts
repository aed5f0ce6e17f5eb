/** The SQLSTATE codes a gateway answers with (PostgreSQL, appendix A). */
export const SqlState = {
  protocolViolation: '08P01',
  connectionFailure: '08006',
  featureNotSupported: '0A000',
  invalidAuthorization: '28000',
  invalidPassword: '28P01',
  tooManyConnections: '53300',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  cannotConnectNow: '57P03',
} as const
export type SqlState = (typeof SqlState)[keyof typeof SqlState]

/** Ends a connection with a message the client understands. `message` and `hint` are public. */
export class Fatal extends Error {
  readonly code: SqlState
  readonly hint: string | undefined
  constructor(code: SqlState, message: string, hint?: string) {
    super(message)
    this.name = 'Fatal'
    this.code = code
    this.hint = hint
  }
}

/** The ErrorResponse message of a `Fatal`. */
export function errorResponse(fatal: Fatal): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${fatal.code}`, `M${fatal.message}`]
  if (fatal.hint !== undefined) fields.push(`H${fatal.hint}`)
  const body = Buffer.from(`${fields.map((field) => `${field.replaceAll('\0', '')}\0`).join('')}\0`)
  const head = Buffer.from([0x45, 0, 0, 0, 0])
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
