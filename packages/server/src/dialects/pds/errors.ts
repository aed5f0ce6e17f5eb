import type { CroftError, ErrorCode } from '../../platform/errors/index.ts'
import type { RenderError } from '../../platform/http/index.ts'

interface ErrorForm {
  readonly status: number
  readonly code: string
}

const missing: ErrorForm = { status: 404, code: 'not_found' }
const conflict: ErrorForm = { status: 409, code: 'conflict' }
const used: ErrorForm = { status: 409, code: 'resource_in_use' }
const taken: ErrorForm = { status: 409, code: 'already_exists' }
const unfit: ErrorForm = { status: 422, code: 'unprocessable' }
const away: ErrorForm = { status: 503, code: 'unavailable' }

/**
 * Every code in this API's words. Statuses are those that the official suites observed; of the machine codes only
 * `incompatible_restore_capabilities` is known.
 */
export const ERRORS: Readonly<Record<ErrorCode, ErrorForm>> = {
  'malformed-request': { status: 400, code: 'bad_request' },
  'invalid-input': { status: 400, code: 'bad_request' },
  'body-too-large': { status: 413, code: 'body_too_large' },
  'route-not-found': missing,
  'method-not-allowed': { status: 405, code: 'method_not_allowed' },
  'not-supported': { status: 501, code: 'not_supported' },
  'rate-limited': { status: 429, code: 'rate_limited' },
  'idempotency-in-flight': conflict,
  'idempotency-mismatch': unfit,
  'not-authenticated': { status: 401, code: 'unauthorized' },
  forbidden: { status: 403, code: 'forbidden' },
  'workspace-not-found': missing,
  'project-not-found': missing,
  'branch-not-found': missing,
  'database-not-found': missing,
  'credential-not-found': missing,
  'backup-not-found': missing,
  'backup-target-not-found': missing,
  'restore-point-not-found': missing,
  'token-not-found': missing,
  'grant-not-found': missing,
  'application-not-found': missing,
  'organization-not-found': missing,
  'user-not-found': missing,
  'binding-not-found': missing,
  'invitation-not-found': missing,
  'identity-not-found': missing,
  'key-not-found': missing,
  'session-not-found': missing,
  'role-not-found': unfit,
  'target-not-found': missing,
  'size-not-found': unfit,
  'engine-not-found': unfit,
  'plan-not-found': missing,
  'environment-not-found': missing,
  'deployment-target-not-found': missing,
  'namespace-not-found': missing,
  'template-not-found': missing,
  'data-service-not-found': missing,
  'backup-policy-not-found': missing,
  'backup-credentials-not-found': missing,
  'restore-not-found': missing,
  'task-not-found': missing,
  'team-not-found': missing,
  'default-database-exists': conflict,
  'default-database-undeletable': conflict,
  'logical-id-taken': taken,
  'branch-name-taken': taken,
  'branch-in-use': used,
  'branch-protected': conflict,
  'database-not-ready': conflict,
  'backup-not-restorable': unfit,
  'backup-target-in-use': used,
  'plan-in-use': used,
  'environment-in-use': used,
  'point-outside-window': unfit,
  'in-use': used,
  'not-applicable': unfit,
  'restore-incompatible': { status: 422, code: 'incompatible_restore_capabilities' },
  // As the official suite has it, of a deployment whose restore goes on or failed.
  'restore-unfinished': { status: 400, code: 'restore_unfinished' },
  'project-busy': conflict,
  'recipient-invalid': unfit,
  'email-taken': taken,
  'name-taken': taken,
  'role-held': unfit,
  'role-in-use': used,
  'last-administrator': conflict,
  'too-many-keys': conflict,
  // Only what is switched off can be deleted, says the API's own text.
  'key-enabled': unfit,
  'second-factor-required': { status: 401, code: 'unauthorized' },
  'rules-invalid': unfit,
  'changed-meanwhile': { status: 412, code: 'precondition_failed' },
  'no-capacity': away,
  unavailable: away,
  internal: { status: 500, code: 'internal_error' },
}

/** The bodies of `/auth` alone are not in snake case. */
const OF_LOGIN: ReadonlySet<string> = new Set(['/AuthCode', '/refreshToken'])

/** A field as this API writes it, where the domain told of it: `/cpuLimit`, of Croft, is `/cpu_limit`. */
const wordOf = (path: string): string =>
  OF_LOGIN.has(path) ? path : path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function detailsOf({ fields = [], hint }: CroftError): string | undefined {
  if (fields.length > 0)
    return fields.map(({ path, message }) => `${wordOf(path) || 'request'} ${message}`).join('; ')
  return hint
}

/** The one place that turns a failure into an answer of this API. */
export const renderError: RenderError = (error) => {
  const { status, code } = ERRORS[error.code]
  const details = detailsOf(error)
  return {
    status,
    body: { code, message: error.message, ...(details === undefined ? {} : { details }) },
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
  }
}
