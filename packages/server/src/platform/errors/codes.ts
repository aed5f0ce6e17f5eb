/**
 * Every failure that callers may be told of, by what went wrong and not by how one API words it. Each dialect
 * maps every code to its own status and body; a test fails when one is missing. `docs/reference/errors.md`
 * has a paragraph for each.
 */
export const ERROR_CODES = [
  // The request itself.
  'malformed-request', // not JSON, or not the form that the content type promises
  'invalid-input', // well-formed, but a field is missing, unknown or out of range
  'body-too-large',
  'route-not-found',
  'method-not-allowed',
  'not-supported', // an operation of the API that Croft does not offer; documented in COVERAGE.md
  'rate-limited',
  'idempotency-in-flight', // the first request with this key has not answered yet
  'idempotency-mismatch', // the key was used with another body
  // Who is asking.
  'not-authenticated', // no credential, or one that is unknown, expired or revoked
  'forbidden', // known, but not allowed
  // What it is about. Things of other workspaces are not found, never forbidden.
  'workspace-not-found',
  'project-not-found',
  'branch-not-found',
  'database-not-found',
  'credential-not-found',
  'backup-not-found',
  'backup-target-not-found',
  'restore-point-not-found',
  'token-not-found',
  'grant-not-found',
  'application-not-found',
  'organization-not-found',
  'user-not-found',
  'binding-not-found',
  'invitation-not-found',
  'identity-not-found',
  'key-not-found',
  'session-not-found',
  'role-not-found', // a custom role that the workspace does not have
  'target-not-found',
  'size-not-found',
  'engine-not-found',
  'plan-not-found',
  'environment-not-found',
  'deployment-target-not-found',
  'namespace-not-found',
  'template-not-found',
  'data-service-not-found',
  'backup-policy-not-found',
  'backup-credentials-not-found',
  'restore-not-found',
  'task-not-found',
  'team-not-found',
  // What the state of things does not allow.
  'default-database-exists',
  'default-database-undeletable',
  'logical-id-taken',
  'branch-name-taken',
  'branch-in-use',
  'branch-protected', // default or production
  'database-not-ready', // provisioning or recovering
  'backup-not-restorable', // not completed, not verified, or of another engine
  'backup-target-in-use', // something lies there, or is to
  'plan-in-use', // databases were made with it
  'environment-in-use', // databases are in it
  'point-outside-window', // no archive leads to that moment
  'in-use', // something else refers to it
  'not-applicable', // what it names is not there, or does not fit together
  'restore-incompatible', // the target cannot restore what the backup is of
  'restore-unfinished', // the database is being restored, or that failed
  'project-busy', // a restore or a clone is under way
  'recipient-invalid', // transfer to a token that is not a usable one
  'email-taken',
  'name-taken',
  'role-held',
  'role-in-use',
  'last-administrator', // nobody would be left to administer the platform
  'too-many-keys',
  'key-enabled',
  'second-factor-required',
  'rules-invalid',
  'changed-meanwhile',
  'no-capacity', // no connected target serves the region with that engine
  // Our side.
  'unavailable', // a part that is needed is away for the moment; try again
  'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]
