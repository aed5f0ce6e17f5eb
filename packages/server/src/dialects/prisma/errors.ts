import type { CroftError, ErrorCode } from '../../platform/errors/index.ts'
import type { IdReader } from './ids.ts'

/** How a failure is told: `input` becomes the status that the route documents for bad input. */
export interface ErrorForm {
  readonly status: number | 'input'
  readonly code: string
  /** In place of the domain's own sentence. */
  readonly message?: string
}

const input: ErrorForm = { status: 'input', code: 'client-error' }
const missing: ErrorForm = { status: 404, code: 'resource-not-found' }
const conflict: ErrorForm = { status: 409, code: 'conflict' }
const away: ErrorForm = { status: 503, code: 'service-unavailable' }

/** Every code of ours in Prisma's words. `conflict` and the codes of 413, 501 and 503 are our choice: theirs are not published. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorForm>> = {
  'malformed-request': { status: 400, code: 'client-error' },
  'invalid-input': input,
  'body-too-large': { status: 413, code: 'request-too-large' },
  'route-not-found': missing,
  'method-not-allowed': { status: 405, code: 'client-error' },
  'not-supported': { status: 501, code: 'not-supported' },
  'rate-limited': { status: 429, code: 'rate-limit-exceeded' },
  'idempotency-in-flight': conflict,
  'idempotency-mismatch': { status: 422, code: 'validation-error' },
  'not-authenticated': { status: 401, code: 'authentication-failed' },
  forbidden: { status: 403, code: 'permission-denied' },
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
  'role-not-found': missing,
  'target-not-found': input,
  'size-not-found': input,
  'engine-not-found': input,
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
  'default-database-exists': {
    status: 400,
    code: 'client-error',
    message: 'Default database already exists',
  },
  'default-database-undeletable': {
    status: 403,
    code: 'permission-denied',
    message: 'Cannot delete the default environment',
  },
  'logical-id-taken': conflict,
  'branch-name-taken': conflict,
  'branch-in-use': conflict,
  'branch-protected': { status: 422, code: 'validation-error' },
  'database-not-ready': conflict,
  'backup-not-restorable': input,
  'backup-target-in-use': conflict,
  'plan-in-use': conflict,
  'environment-in-use': conflict,
  'point-outside-window': input,
  'in-use': conflict,
  'not-applicable': input,
  'restore-incompatible': input,
  'restore-unfinished': conflict,
  'project-busy': conflict,
  'recipient-invalid': { status: 400, code: 'client-error' },
  'email-taken': conflict,
  'name-taken': conflict,
  'role-held': conflict,
  'role-in-use': conflict,
  'last-administrator': conflict,
  'too-many-keys': conflict,
  'key-enabled': conflict,
  'second-factor-required': { status: 401, code: 'authentication-failed' },
  'rules-invalid': input,
  'changed-meanwhile': { status: 412, code: 'precondition-failed' },
  'no-capacity': away,
  unavailable: away,
  internal: { status: 500, code: 'internal-server-error' },
}

export interface RouteErrors {
  /** What the route documents for input that does not fit: 400 `client-error` unless it says 422. */
  readonly invalid?: 400 | 422
  /** Where this route tells a failure otherwise than the table. */
  readonly errors?: Partial<Record<ErrorCode, ErrorForm>>
}

export interface RenderedError {
  readonly status: number
  readonly body: { readonly error: { code: string; message: string; hint?: string } }
}

/** The one place that turns a failure into an answer of this API. */
export function renderError(error: CroftError, route: RouteErrors = {}, ids?: IdReader): RenderedError {
  const form = route.errors?.[error.code] ?? ERRORS[error.code]
  const invalid = route.invalid ?? 400
  const [status, code] =
    form.status === 'input'
      ? ([invalid, invalid === 422 ? 'validation-error' : form.code] as const)
      : ([form.status, form.code] as const)
  const message = form.message ?? messageOf(error, ids)
  const hint = error.hint ?? fieldHint(error)
  return { status, body: { error: { code, message, ...(hint === undefined ? {} : { hint }) } } }
}

/** Prisma's own wording for a thing that is not there, with the id as the client wrote it. */
function messageOf(error: CroftError, ids: IdReader | undefined): string {
  const named = ids?.named(error.code)
  if (!named) return error.message
  return named.id === null ? `${named.word} not found` : `${named.word} with id ${named.id} not found`
}

function fieldHint(error: CroftError): string | undefined {
  if (!error.fields || error.fields.length === 0) return undefined
  return error.fields.map(({ path, message }) => `${path || 'request'} ${message}`).join('; ')
}
