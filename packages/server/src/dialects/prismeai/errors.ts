import type { CroftError, ErrorCode, Refusal } from '../../platform/errors/index.ts'
import { pathOf, type RenderError } from '../../platform/http/index.ts'
import { requestFault } from './request-fault.ts'

interface ErrorForm {
  readonly status: number
  /** The API's own name of it. */
  readonly error: string
}

const validation: ErrorForm = { status: 400, error: 'RequestValidationError' }
const missing: ErrorForm = { status: 404, error: 'ObjectNotFoundError' }
const security: ErrorForm = { status: 400, error: 'InvalidSecurity' }
const conflict: ErrorForm = { status: 409, error: 'Conflict' }
const away: ErrorForm = { status: 503, error: 'Unavailable' }

/** Every code in this API's words. Those of 409, 412, 413, 422, 501 and 503 are our choice: theirs are not known. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorForm>> = {
  'malformed-request': validation,
  'invalid-input': validation,
  'body-too-large': { status: 413, error: 'PayloadTooLarge' },
  'route-not-found': missing,
  // As the original: it knows of no 405.
  'method-not-allowed': validation,
  'not-supported': { status: 501, error: 'NotSupported' },
  'rate-limited': { status: 429, error: 'TooManyRequests' },
  'idempotency-in-flight': conflict,
  'idempotency-mismatch': { status: 422, error: 'IdempotencyMismatch' },
  'not-authenticated': { status: 401, error: 'AuthenticationError' },
  forbidden: { status: 403, error: 'ForbiddenError' },
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
  'user-not-found': { status: 400, error: 'CollaboratorNotFound' },
  'binding-not-found': missing,
  'invitation-not-found': missing,
  'identity-not-found': missing,
  'key-not-found': missing,
  'session-not-found': missing,
  'role-not-found': { status: 400, error: 'UnknownRole' },
  'target-not-found': validation,
  'size-not-found': validation,
  'engine-not-found': validation,
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
  'logical-id-taken': conflict,
  'branch-name-taken': conflict,
  'branch-in-use': conflict,
  'branch-protected': conflict,
  'database-not-ready': conflict,
  'backup-not-restorable': conflict,
  'backup-target-in-use': conflict,
  'plan-in-use': conflict,
  'environment-in-use': conflict,
  'point-outside-window': conflict,
  'in-use': conflict,
  'not-applicable': validation,
  'restore-incompatible': validation,
  'restore-unfinished': conflict,
  'project-busy': conflict,
  'recipient-invalid': validation,
  'email-taken': conflict,
  'name-taken': conflict,
  'role-held': conflict,
  'role-in-use': security,
  'last-administrator': conflict,
  'too-many-keys': conflict,
  'key-enabled': conflict,
  'second-factor-required': { status: 401, error: 'AuthenticationError' },
  'rules-invalid': security,
  'changed-meanwhile': { status: 412, error: 'PreconditionFailed' },
  'no-capacity': away,
  unavailable: away,
  internal: { status: 500, error: 'Internal' },
}

interface Told {
  readonly message: string
  readonly details?: unknown
}

/** The id stands behind the reason of a rule too, and is the word `undefined` for a thing without one. */
function forbidden({ action, subjectType, subject, reason }: Refusal): Told {
  const { id, slug } = subject
  const what = reason ?? `Cannot execute "${action}" on "${subjectType}"`
  return {
    message: `${what} ${id ?? slug}`,
    details: {
      action,
      subjectType,
      ...(id === undefined ? {} : { id }),
      ...(slug === undefined ? {} : { slug }),
      ...(subjectType === 'events' ? { subject } : {}),
    },
  }
}

function tell(error: CroftError, request: Parameters<RenderError>[1]): Told {
  switch (error.code) {
    case 'not-authenticated':
      return { message: 'Unauthenticated' }
    case 'internal':
      return { message: 'Internal error' }
    case 'forbidden':
      return error.refusal ? forbidden(error.refusal) : { message: error.message, details: {} }
    case 'workspace-not-found': {
      const { workspaceId } = (request.params ?? {}) as { workspaceId?: unknown }
      return {
        message: 'Object not found',
        details: { subjectType: 'workspaces', query: { id: workspaceId } },
      }
    }
    case 'method-not-allowed': {
      const message = `${request.method} method not allowed`
      return { message, details: [{ path: pathOf(request.url), message }] }
    }
    case 'malformed-request':
      return { message: error.message, details: [{ path: pathOf(request.url), message: error.message }] }
    case 'invalid-input':
      return requestFault(error)
    case 'rules-invalid':
    case 'role-in-use':
      return { message: error.message, details: error.fields ?? [] }
    case 'rate-limited':
      return { message: error.message, details: { retryAfter: error.retryAfter } }
  }
  if (ERRORS[error.code] === missing) return { message: 'Object not found', details: [] }
  return { message: error.message, details: [] }
}

/** The one place that turns a failure into an answer of this API. */
export const renderError: RenderError = (error, request) => {
  const { status, error: name } = ERRORS[error.code]
  return {
    status,
    body: { error: name, ...tell(error, request) },
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
  }
}
