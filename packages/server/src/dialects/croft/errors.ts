import { STATUS_CODES } from 'node:http'
import type { CroftError, ErrorCode } from '../../platform/errors/index.ts'
import type { Problem } from './schemas/problem.ts'

/** Every code with the status it has in our own API. */
export const STATUSES: Readonly<Record<ErrorCode, number>> = {
  'malformed-request': 400,
  'invalid-input': 422,
  'body-too-large': 413,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'not-supported': 501,
  'rate-limited': 429,
  'idempotency-in-flight': 409,
  'idempotency-mismatch': 422,
  'not-authenticated': 401,
  forbidden: 403,
  'workspace-not-found': 404,
  'project-not-found': 404,
  'branch-not-found': 404,
  'database-not-found': 404,
  'credential-not-found': 404,
  'backup-not-found': 404,
  'token-not-found': 404,
  'grant-not-found': 404,
  'application-not-found': 404,
  'target-not-found': 404,
  'size-not-found': 422,
  'engine-not-found': 422,
  'default-database-exists': 409,
  'default-database-undeletable': 409,
  'logical-id-taken': 409,
  'branch-name-taken': 409,
  'branch-in-use': 409,
  'branch-protected': 409,
  'database-not-ready': 409,
  'backup-not-restorable': 409,
  'project-busy': 409,
  'recipient-invalid': 422,
  'no-capacity': 503,
  unavailable: 503,
  internal: 500,
}

/** The problem document (RFC 9457) of a failure. */
export function presentProblem(error: CroftError, requestId: string): Problem {
  const status = STATUSES[error.code]
  return {
    type: `/docs/reference/errors#${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.fields === undefined ? {} : { fields: error.fields.map((field) => ({ ...field })) }),
    requestId,
  }
}
