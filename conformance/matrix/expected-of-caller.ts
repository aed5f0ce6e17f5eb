import { fieldsOf } from './bad-bodies.ts'
import { ALIKE, EMPTY_LISTS, type Expected, FOR_PEOPLE, FOR_PLATFORM, missing } from './expected.ts'
import { GOOD_BODIES } from './good-bodies.ts'
import { type Kind, kindOfField, kindOfParameter, type Operation } from './operations.ts'
import type { Ids } from './tenant.ts'
import type { Caller } from './weak-callers.ts'

/** What everybody may do who has a credential at all, and that shows nothing of anybody else. */
export const FOR_EVERYBODY: ReadonlySet<string> = new Set([
  'prisma.getMe',
  'prisma.listRegions',
  'prisma.listPostgresRegions',
  'prisma.listAccelerateRegions',
  'croft.getMe',
  'croft.listRoles',
  'croft.listSizes',
  'croft.listTargets',
  'croft.listPlans',
  'croft.getPlan',
  'croft.listEnvironments',
  'croft.getEnvironment',
  'croft.listEngines',
  'dbaas.getRoot',
  'dbaas.listPlans',
  'dbaas.getPlan',
  'dbaas.listEnvironments',
  'dbaas.getEnvironment',
  'dbaas.listEngineTypes',
  'dbaas.getEngineType',
  'dbaas.listEngines',
  'dbaas.getEngine',
])

/** Reading that takes more than `read`. */
const NOT_FOR_READERS: ReadonlySet<string> = new Set([
  'croft.listApiKeys',
  'croft.getApiKey',
  'prismeai.listApiKeys',
  'prismeai.listRoles',
  'prismeai.listPermissions',
  'prismeai.getUsage',
  // With its password.
  'dbaas.getCredential',
])

/** Asked of the workspace itself, which whoever has a key of it knows; everything else it may not even see. */
const KNOWN_TO_KEYS =
  /^croft\.\w+ApiKeys?$|^prismeai\.(\w+ApiKeys?|\w+Security|listRoles|listPermissions|share|unshare|getUsage)$/

/** Answered alike whoever asks. */
const ALWAYS: Readonly<Record<string, Expected>> = {
  'prismeai.emitEvents': ALIKE.prismeai.forbidden,
  'croft.listUsers': ALIKE.croft.forbidden,
  // Of the token in the body, which is nobody’s.
  'croft.acceptInvitation': [404, 'invitation-not-found'],
  // An organization that one does not know cannot be chosen.
  'croft.createWorkspace': [404, 'organization-not-found'],
  // Such a user is not known to them.
  'croft.createPasswordReset': [404, 'user-not-found'],
  'croft.removeSecondFactor': [404, 'user-not-found'],
}

// Where more than one id is sent, the one that is asked about first.
const ABOUT: Readonly<Record<string, Kind>> = {
  'croft.listApiKeys': 'workspace',
  'croft.getApiKey': 'workspace',
  'croft.updateApiKey': 'workspace',
  'croft.deleteApiKey': 'workspace',
  'croft.listInvitations': 'workspace',
  'prismeai.unshare': 'workspace',
  'croft.createRoleBinding': 'organization',
  // Plans and environments are everybody’s.
  'dbaas.createDatabase': 'project',
}

/** What an operation is about: the thing that its first id names. Undefined of a list of everything. */
function subjectOf(operation: Operation, ids: Ids): Kind | undefined {
  const about = ABOUT[operation.name]
  if (about) return about
  const named = operation.parameters.filter((each) => each.in === 'path' || each.required)
  for (const parameter of [...named].sort((one) => (one.in === 'path' ? -1 : 1))) {
    const kind = kindOfParameter(operation, parameter)
    if (kind) return kind
  }
  const [body = {}] = GOOD_BODIES[operation.name]?.(ids) ?? []
  for (const place of fieldsOf(body)) {
    const kind = kindOfField(operation, place)
    if (kind) return kind
  }
  return undefined
}

const IN_PROJECT: readonly Kind[] = [
  ...(['project', 'branch', 'database', 'deletedDatabase', 'connection', 'backup'] as const),
  'restorePoint',
]
const OF_ORGANIZATION: readonly Kind[] = ['organization', 'user', 'identity', 'keyPair']

/** What a key's `all` leaves out: credentials that would outlive the key. */
const NOT_FOR_KEYS: readonly Kind[] = ['token', 'integration']
/** What is asked for in a workspace that the key may read. */
const IN_WORKSPACE_NOT_FOR_KEYS = new Set([
  'prisma.listWorkspaceIntegrations',
  'prisma.deleteWorkspaceIntegration',
  'prisma.listIntegrations',
])

/** Whether the caller may see such a thing of the first tenant. */
function sees(caller: Caller, kind: Kind): boolean {
  switch (caller) {
    case 'a reader of the project':
      return IN_PROJECT.includes(kind)
    case 'a key that may read':
      return !OF_ORGANIZATION.includes(kind) && !NOT_FOR_KEYS.includes(kind)
    case 'a reader of the workspace':
    case 'a person who reads the workspace':
      return !OF_ORGANIZATION.includes(kind)
    default:
      return false
  }
}

/** Who may change nothing anywhere. */
const POWERLESS: ReadonlySet<Caller> = new Set([
  'an identity without a role',
  'a person without a role',
  'a key without rules',
])

/**
 * The DBaaS API asks first whether the caller may do such a thing at all. Undefined where that decides nothing; another
 * tenant makes projects of its own.
 */
function beforeLookup({ name, method }: Operation, caller: Caller): Expected | null | undefined {
  if (method !== 'GET' && POWERLESS.has(caller)) return ALIKE.dbaas.forbidden
  if (name !== 'dbaas.createProject') return undefined
  return caller.startsWith('another') ? null : ALIKE.dbaas.forbidden
}

const isPerson = (caller: Caller) => /person|owner/.test(caller)
const isKey = (caller: Caller) => /^a key/.test(caller)

/** What a caller with too little is answered about the first tenant’s things. Null: it is about the caller itself. */
export function expectedOf(operation: Operation, caller: Caller, ids: Ids): Expected | null {
  const { name, method, dialect } = operation
  const { forbidden } = ALIKE[dialect]
  // A key is not a user, of whom this would tell.
  if (name === 'prisma.getMe' && isKey(caller)) {
    return caller === 'a key without rules' ? ALIKE.prisma.unroutable : [200, null]
  }
  if (FOR_EVERYBODY.has(name)) return [200, null]
  if (name === 'croft.listUsers' && caller === 'another tenant’s owner') return null
  const always = ALWAYS[name]
  if (always) return always
  if (FOR_PLATFORM.has(name)) return forbidden
  if (FOR_PEOPLE.has(name)) return isPerson(caller) ? null : forbidden

  const early = dialect === 'dbaas' ? beforeLookup(operation, caller) : undefined
  if (early !== undefined) return early
  const kind = subjectOf(operation, ids)
  if (caller === 'a key without rules' && KNOWN_TO_KEYS.test(name)) return forbidden
  if (kind === undefined) return [200, null]
  if (caller === 'a key that may read' && IN_WORKSPACE_NOT_FOR_KEYS.has(name)) return forbidden
  if (sees(caller, kind)) return method === 'GET' && !NOT_FOR_READERS.has(name) ? [200, null] : forbidden
  const isList = [...EMPTY_LISTS].some((each) => each.startsWith(`${name} `))
  return isList ? [200, null] : missing(operation, kind)
}
