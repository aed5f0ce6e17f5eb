import type { Dialect, Kind, Operation, Parameter } from './operations.ts'

/** A status and the code that goes with it. */
export type Expected = readonly [status: number, code: string | null]

/** What is answered alike by every operation of a dialect. */
export const ALIKE = {
  prisma: {
    unauthenticated: [401, 'authentication-failed'],
    malformed: [400, 'client-error'],
    tooLarge: [413, 'request-too-large'],
    forbidden: [403, 'permission-denied'],
  },
  croft: {
    unauthenticated: [401, 'not-authenticated'],
    malformed: [400, 'malformed-request'],
    tooLarge: [413, 'body-too-large'],
    forbidden: [403, 'forbidden'],
  },
} as const satisfies Record<Dialect, Record<string, Expected>>

// Where Prisma documents 422 for input that does not fit; everywhere else it is 400.
const PRISMA_422 = new Set([
  'prisma.createServiceToken',
  'prisma.updateProject',
  'prisma.listBranches',
  'prisma.createBranch',
  'prisma.updateBranch',
  'prisma.deleteBranch',
  'prisma.restoreDatabase',
  'prisma.listBackups',
])

/** Input that is well formed but does not fit its schema. */
export function invalid({ dialect, name }: Operation): Expected {
  if (dialect === 'croft') return [422, 'invalid-input']
  return PRISMA_422.has(name) ? [422, 'validation-error'] : [400, 'client-error']
}

const CROFT_CODES: Readonly<Partial<Record<Kind, string>>> = { connection: 'credential-not-found' }

// A token is looked for in the workspace that is named: it is the token that is not found.
const MISSING_AS: Readonly<Record<string, Expected>> = {
  'croft.revokeToken workspaceId': [404, 'token-not-found'],
}

/** A thing that is not there, or that is not the caller's. */
export function missing({ dialect, name }: Operation, kind: Kind, field = ''): Expected {
  const exception = MISSING_AS[`${name} ${field}`]
  if (exception) return exception
  return [404, dialect === 'prisma' ? 'resource-not-found' : (CROFT_CODES[kind] ?? `${kind}-not-found`)]
}

/** Lists that are empty for what is not there or not the caller's, by operation and field. */
export const EMPTY_LISTS: ReadonlySet<string> = new Set([
  'prisma.listServiceTokens workspaceId',
  'prisma.listDatabases projectId',
  'prisma.listDatabases branchId',
  'croft.listDatabases projectId',
  'croft.listTokens workspaceId',
])

/** For people and for administrators: a service token may not. */
export const NOT_FOR_SERVICE_TOKENS: ReadonlySet<string> = new Set([
  'prisma.createWorkspace',
  'croft.listOAuthApplications',
  'croft.createOAuthApplication',
  'croft.deleteOAuthApplication',
  'croft.rotateKeys',
])

// A path that cannot be routed is of no operation.
const LONGEST_IN_PATH = 100

/** An id that cannot be one: bad input where the schema says so, otherwise a thing that is not there. */
export function malformed(
  operation: Operation,
  kind: Kind,
  parameter: Parameter | undefined,
  id: string,
): Expected {
  if (!parameter) return missing(operation, kind)
  const { pattern, maxLength = Number.POSITIVE_INFINITY } = parameter.schema
  const text = decodeURIComponent(id)
  if (parameter.in === 'path' && text.length > LONGEST_IN_PATH) {
    return [404, operation.dialect === 'prisma' ? 'resource-not-found' : 'route-not-found']
  }
  const fits = (pattern === undefined || new RegExp(pattern).test(text)) && text.length <= maxLength
  if (!fits) return invalid(operation)
  // Documented: empty for a workspace that does not exist, whatever it is called.
  if (operation.name === 'prisma.listServiceTokens') return [200, null]
  return missing(
    operation,
    kind,
    operation.name === 'croft.revokeToken' && kind === 'workspace' ? '' : parameter.name,
  )
}
