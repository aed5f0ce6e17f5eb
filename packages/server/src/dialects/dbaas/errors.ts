import { CroftError, type ErrorCode } from '../../platform/errors/index.ts'

/**
 * How a failure is told. `detail` is one sentence; `error` is what forbids a change, as a list; `field` is said of one
 * field of the body (`__all__`: of none in particular); `fields` of those that the failure names; `page` is no JSON.
 */
export interface ErrorForm {
  readonly status: number
  readonly shape: 'detail' | 'error' | 'field' | 'fields' | 'page'
  readonly field?: string
  /** In place of the domain's own sentence. */
  readonly message?: string
}

const bad: ErrorForm = { status: 400, shape: 'detail' }
const missing: ErrorForm = { status: 404, shape: 'detail', message: 'Not found' }
const unfit: ErrorForm = { status: 400, shape: 'error' }
const conflict: ErrorForm = { status: 409, shape: 'error' }
export const NO_PERMISSION = 'You do not have permission to perform this action.'

/** The admin form of the original said so; its API had no words for it. */
export const NO_CAPACITY =
  'Sorry. I have no infra-structure to allocate this database. Try select another plan.'

/** Every code in this API's words. 409, 413, 422, 429 and 503 are our choice: the original has none of them. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorForm>> = {
  'malformed-request': bad,
  'invalid-input': { status: 400, shape: 'fields' },
  'body-too-large': { status: 413, shape: 'detail' },
  'route-not-found': { status: 404, shape: 'page' },
  'method-not-allowed': { status: 405, shape: 'detail' },
  'not-supported': { status: 501, shape: 'detail' },
  'rate-limited': { status: 429, shape: 'detail' },
  'idempotency-in-flight': { status: 409, shape: 'detail' },
  'idempotency-mismatch': { status: 422, shape: 'detail' },
  'not-authenticated': { status: 401, shape: 'detail' },
  forbidden: { status: 403, shape: 'detail' },
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
  'default-database-exists': unfit,
  'default-database-undeletable': conflict,
  'logical-id-taken': unfit,
  'branch-name-taken': unfit,
  'branch-in-use': conflict,
  'branch-protected': conflict,
  'database-not-ready': conflict,
  'backup-not-restorable': conflict,
  'backup-target-in-use': conflict,
  'plan-in-use': conflict,
  'environment-in-use': conflict,
  'point-outside-window': unfit,
  'in-use': conflict,
  'not-applicable': unfit,
  'restore-incompatible': unfit,
  'restore-unfinished': conflict,
  'project-busy': conflict,
  'recipient-invalid': unfit,
  'email-taken': unfit,
  'name-taken': unfit,
  'role-held': conflict,
  'role-in-use': conflict,
  'last-administrator': conflict,
  'too-many-keys': conflict,
  'key-enabled': conflict,
  'second-factor-required': {
    status: 401,
    shape: 'detail',
    message: 'This account has a second factor: use an API key as the password.',
  },
  'rules-invalid': unfit,
  'changed-meanwhile': { status: 412, shape: 'detail' },
  'no-capacity': { ...conflict, message: NO_CAPACITY },
  unavailable: { status: 503, shape: 'detail' },
  internal: { status: 500, shape: 'page' },
}

// Beside the error, whose code alone does not say how this one is told.
const forms = new WeakMap<CroftError, ErrorForm>()

/** Has this failure told in another form than the table's; returns it. */
export function tellAs(error: CroftError, form: ErrorForm): CroftError {
  forms.set(error, form)
  return error
}

export const formOf = (error: CroftError): ErrorForm => forms.get(error) ?? ERRORS[error.code]

/** A failure of a field, or `error` and `__all__` for the thing as a whole. */
export function fieldFault(faults: Readonly<Record<string, string>>): CroftError {
  const fields = Object.entries(faults).map(([name, message]) => ({ path: `/${name}`, message }))
  const [first] = fields
  return new CroftError('invalid-input', first?.message ?? 'The request is not valid.', { fields })
}

/** A thing that the path names and that is not there, or not for the caller. */
export const notFound = (): CroftError => tellAs(new CroftError('route-not-found', 'Not found'), missing)

/** The fields of the domain in this API's words. */
const FIELDS: Readonly<Record<string, string>> = {
  databaseName: 'name',
  firstUser: 'name',
  projectId: 'project',
  planId: 'plan',
  size: 'plan',
  engine: 'plan',
  version: 'plan',
  environmentId: 'environment',
  region: 'environment',
  databaseId: 'database',
}

function fieldOf(path: string): string {
  const name = path.split('/').at(-1) ?? ''
  return name === '' ? 'non_field_errors' : (FIELDS[name] ?? name)
}

/** The body of a failure, without `_links`; null for what is told by a page only. */
export function errorBody(error: CroftError): Readonly<Record<string, unknown>> | null {
  const { shape, field = '__all__', message: instead } = formOf(error)
  const message =
    instead ?? (error.code === 'forbidden' ? (error.refusal?.reason ?? NO_PERMISSION) : error.message)
  const hint = instead === undefined && error.hint !== undefined ? [error.hint] : []
  switch (shape) {
    case 'page':
      return null
    case 'detail':
      return { detail: message }
    case 'error':
      return { error: [message, ...hint] }
    case 'field':
      return { [field]: [message] }
    case 'fields': {
      const faults: Record<string, string[]> = {}
      for (const { path, message } of error.fields ?? []) {
        const name = fieldOf(path)
        faults[name] = [...(faults[name] ?? []), message]
      }
      return Object.keys(faults).length === 0 ? { error: [message, ...hint] } : faults
    }
  }
}
