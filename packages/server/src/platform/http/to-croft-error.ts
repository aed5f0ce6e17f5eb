import { CroftError } from '../errors/index.ts'

// SQLSTATE classes and codes of a metadata database that is away, restarting or full up: trying again can help.
const DATABASE_AWAY = /^(08...|57P0[1-4]|53[13]00|57014|25P03)$/
const NETWORK_AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH'])

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (DATABASE_AWAY.test(code)) return true
  if (NETWORK_AWAY.has(code) && 'syscall' in error && error.syscall !== 'open') return true
  // node-postgres says these by message only.
  return /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(
    error.message,
  )
}

/** What a failure of any kind is to callers. What is not foreseen is `internal`, and its text stays in the log. */
export function toCroftError(error: unknown): CroftError {
  if (error instanceof CroftError) return error
  const cause = error
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new CroftError('body-too-large', 'The request body is larger than this server accepts.', {
        cause,
      })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return new CroftError('malformed-request', 'The body’s content type must be application/json.', {
        cause,
      })
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new CroftError('malformed-request', 'The request body is not valid JSON.', { cause })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new CroftError('malformed-request', 'The body is not as long as Content-Length says.', { cause })
    case 'FST_ERR_BAD_URL':
      return new CroftError('malformed-request', 'The path is not a valid URL.', { cause })
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new CroftError('route-not-found', 'There is nothing at a path that long.', { cause })
  }
  if (isDatabaseAway(error)) {
    return new CroftError('unavailable', 'The metadata database is away for the moment.', {
      cause,
      retryAfter: 1,
    })
  }
  return new CroftError('internal', 'Something went wrong on our side; the log of the server says what.', {
    cause,
  })
}
