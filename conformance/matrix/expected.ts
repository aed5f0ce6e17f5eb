import { wordOf } from './dbaas/links.ts'
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
    unroutable: [404, 'resource-not-found'],
  },
  croft: {
    unauthenticated: [401, 'not-authenticated'],
    malformed: [400, 'malformed-request'],
    tooLarge: [413, 'body-too-large'],
    forbidden: [403, 'forbidden'],
    unroutable: [404, 'route-not-found'],
  },
  prismeai: {
    unauthenticated: [401, 'AuthenticationError'],
    malformed: [400, 'RequestValidationError'],
    tooLarge: [413, 'PayloadTooLarge'],
    forbidden: [403, 'ForbiddenError'],
    unroutable: [404, 'ObjectNotFoundError'],
  },
  // It has no codes: what stands here is what it says, or the fields that it finds fault with.
  dbaas: {
    unauthenticated: [401, 'Authentication credentials were not provided.'],
    malformed: [400, 'JSON parse error - No JSON object could be decoded'],
    tooLarge: [413, 'The request body is larger than this server accepts.'],
    forbidden: [403, 'You do not have permission to perform this action.'],
    unroutable: [404, 'page'],
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
  if (dialect === 'prismeai') return [400, 'RequestValidationError']
  // Without a schema to be held against; its own table of bodies says more.
  if (dialect === 'dbaas') return [400, 'non_field_errors']
  return PRISMA_422.has(name) ? [422, 'validation-error'] : [400, 'client-error']
}

const CROFT_CODES: Readonly<Partial<Record<Kind, string>>> = {
  connection: 'credential-not-found',
  restorePoint: 'restore-point-not-found',
  backupTarget: 'backup-target-not-found',
  deletedDatabase: 'database-not-found',
  userKey: 'key-not-found',
  apiKey: 'key-not-found',
  keyPair: 'identity-not-found',
}

// A token or key is looked for in the workspace that is named: it is what is not found.
const MISSING_AS: Readonly<Record<string, Expected>> = {
  'croft.revokeToken workspaceId': [404, 'token-not-found'],
  'croft.deleteApiKey workspaceId': [404, 'key-not-found'],
  'prismeai.share id': [400, 'CollaboratorNotFound'],
  // Rules decide about each event, and they know of no workspaces that are not there.
  'prismeai.emitEvents workspaceId': [403, 'ForbiddenError'],
}

/** A thing that is not there, or that is not the caller's. */
export function missing({ dialect, name, path }: Operation, kind: Kind, field = ''): Expected {
  if (dialect === 'dbaas') {
    const isInPath = path.includes('{') && (field === '' || field === 'id')
    return isInPath ? [404, 'Not found'] : [400, field === '' ? wordOf(kind) : field]
  }
  const exception = MISSING_AS[`${name} ${field}`]
  if (exception) return exception
  if (dialect === 'croft') return [404, CROFT_CODES[kind] ?? `${kind}-not-found`]
  return ALIKE[dialect].unroutable
}

/** Nothing is at fault: a list that is empty, or nothing left to do. */
export const isFine = ({ name }: Operation, field: string): boolean =>
  EMPTY_LISTS.has(`${name} ${field}`) || DONE_ALREADY.has(`${name} ${field}`)

/** Lists that are empty for what is not there or not the caller's, by operation and field. */
export const EMPTY_LISTS: ReadonlySet<string> = new Set([
  'prisma.listServiceTokens workspaceId',
  'prisma.listDatabases projectId',
  'prisma.listDatabases branchId',
  'croft.listDatabases projectId',
  'croft.listTokens workspaceId',
  'croft.listRoleBindings holderId',
  'croft.listEvents workspaceId',
  'croft.exportEvents workspaceId',
  'prismeai.listEvents workspaceId',
  'dbaas.listDatabases project',
  'dbaas.listDatabases engine',
  'dbaas.listDatabases environment',
])

/** Of whom nothing was shared with, nothing need be taken. */
export const DONE_ALREADY: ReadonlySet<string> = new Set(['prismeai.unshare id'])

/** Users are of the whole platform: everybody who may share something may share it with any of them. So is what to choose from. */
export const OF_ALL_TENANTS: ReadonlySet<string> = new Set([
  'croft.getPlan plan',
  'croft.getEnvironment environment',
  ...['Plan plan', 'Environment environment', 'EngineType engineType', 'Engine engine'].map(
    (each) => `dbaas.get${each}`,
  ),
  ...['plan', 'environment'].map((kind) => `dbaas.createDatabase ${kind}`),
  ...['engine', 'environment'].map((kind) => `dbaas.listDatabases ${kind}`),
  'croft.createRoleBinding user',
  'prismeai.share user',
  'prismeai.unshare user',
])

/** For administrators of the platform: whatever else one is, one may not. */
export const FOR_PLATFORM: ReadonlySet<string> = new Set([
  'croft.listOAuthApplications',
  'croft.createOAuthApplication',
  'croft.deleteOAuthApplication',
  'croft.createOrganization',
  'croft.createUser',
  'croft.createPasswordReset',
  'croft.removeSecondFactor',
  'croft.verifyEvents',
  'croft.rotateKeys',
  'croft.createPlan',
  'croft.updatePlan',
  'croft.deletePlan',
  'croft.createEnvironment',
  'croft.updateEnvironment',
  'croft.deleteEnvironment',
])

/** For people and the account that they log in to. */
export const FOR_PEOPLE: ReadonlySet<string> = new Set([
  'prisma.createWorkspace',
  'croft.createWorkspace',
  'croft.listUserKeys',
  'croft.createUserKey',
  'croft.getUserKey',
  'croft.updateUserKey',
  'croft.deleteUserKey',
  'croft.getSession',
  'croft.logOut',
  'croft.listSessions',
  'croft.endOtherSessions',
  'croft.endSession',
  'croft.changePassword',
  'croft.beginSecondFactor',
  'croft.confirmSecondFactor',
  'croft.disableSecondFactor',
  'croft.acceptInvitation',
])

/** About an organization and who is in it; a service token reaches its workspace only. */
export const FOR_ORGANIZATION: ReadonlySet<string> = new Set([
  'croft.getOrganization',
  'croft.createRoleBinding',
  'croft.createInvitation',
  'croft.listUsers',
  'croft.getUser',
  'croft.updateUser',
  'croft.listServiceIdentities',
  'croft.createServiceIdentity',
  'croft.getServiceIdentity',
  'croft.updateServiceIdentity',
  'croft.deleteServiceIdentity',
  'croft.regenerateServiceIdentity',
  'croft.listKeyPairs',
  'croft.createKeyPair',
  'croft.getKeyPair',
  'croft.updateKeyPair',
  'croft.deleteKeyPair',
  'croft.regenerateKeyPair',
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
  if (!parameter) return missing(operation, kind, operation.dialect === 'dbaas' ? wordOf(kind) : 'id')
  const { pattern, maxLength = Number.POSITIVE_INFINITY } = parameter.schema
  if (parameter.in === 'query' && EMPTY_LISTS.has(`dbaas.listDatabases ${parameter.name}`)) return [200, null]
  const text = decodeURIComponent(id)
  if (parameter.in === 'path' && text.length > LONGEST_IN_PATH) return ALIKE[operation.dialect].unroutable
  const fits = (pattern === undefined || new RegExp(pattern).test(text)) && text.length <= maxLength
  if (!fits) return invalid(operation)
  // Documented: empty for a workspace that does not exist, whatever it is called.
  if (operation.name === 'prisma.listServiceTokens') return [200, null]
  if (DONE_ALREADY.has(`${operation.name} ${parameter.name}`)) return [200, null]
  if (operation.name === 'prismeai.emitEvents') return ALIKE.prismeai.unroutable
  const isWorkspace = /\.(revokeToken|deleteApiKey)$/.test(operation.name) && kind === 'workspace'
  return missing(operation, kind, isWorkspace ? '' : parameter.name)
}
