import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Field } from './bad-bodies.ts'
import { kindOfWord } from './dbaas/links.ts'

export const DIALECTS = ['prisma', 'croft', 'prismeai', 'dbaas'] as const
export type Dialect = (typeof DIALECTS)[number]

/** As much of JSON Schema as the documents use. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: boolean
  readonly schema: Schema
}

/** An operation of a document; `name` is `prisma.createProject`. */
export interface Operation {
  readonly dialect: Dialect
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | null
  /** Needs no credential. */
  readonly open: boolean
}

interface Described {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

/** Every operation of a committed document, in its order. */
export function operationsOf(dialect: Dialect): Operation[] {
  const file = join(import.meta.dirname, '..', '..', 'openapi', `${dialect}.json`)
  const { paths }: { paths: Record<string, Record<string, Described>> } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, parameters = [], requestBody }]) => ({
      dialect,
      name: `${dialect}.${operationId}`,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json']?.schema ?? null,
      open: security?.length === 0,
    })),
  )
}

/** Left out, each for a reason; everything else of every document is asked for. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'croft.followEvents': 'a stream that lasts five minutes; the tests of events follow it',
}

export const OPERATIONS: readonly Operation[] = DIALECTS.flatMap(operationsOf).filter(
  ({ name }) => LEFT_OUT[name] === undefined,
)

/** The things that ids name, by the words of the Prisma API where that has any. */
export const KINDS = [
  'workspace',
  'project',
  'branch',
  'database',
  'connection',
  'backup',
  'restorePoint',
  'backupTarget',
  'deletedDatabase',
  'plan',
  'environment',
  'engineType',
  'engine',
  'integration',
  'token',
  'application',
  'organization',
  'user',
  'userKey',
  'identity',
  'keyPair',
  'apiKey',
  // Prisme.ai’s API calls keys by their value.
  'keyValue',
  'binding',
  'invitation',
  'session',
] as const
export type Kind = (typeof KINDS)[number]

const OF_FIELDS: Readonly<Record<string, Kind>> = {
  organizationId: 'organization',
  workspaceId: 'workspace',
  projectId: 'project',
  branchId: 'branch',
  databaseId: 'database',
  targetDatabaseId: 'database',
  backupId: 'backup',
  targetId: 'backupTarget',
  serviceTokenId: 'token',
  clientId: 'integration',
  apiKey: 'keyValue',
  holderId: 'user',
  scopeId: 'workspace',
}
const OF_SEGMENTS: Readonly<Record<string, Kind>> = {
  organizations: 'organization',
  workspaces: 'workspace',
  projects: 'project',
  databases: 'database',
  connections: 'connection',
  credentials: 'connection',
  backups: 'backup',
  'restore-points': 'restorePoint',
  'backup-targets': 'backupTarget',
  'deleted-databases': 'deletedDatabase',
  plans: 'plan',
  environments: 'environment',
  integrations: 'integration',
  tokens: 'token',
  'oauth-applications': 'application',
  users: 'user',
  'user-api-keys': 'userKey',
  'service-identities': 'identity',
  'key-pairs': 'keyPair',
  'api-keys': 'apiKey',
  'role-bindings': 'binding',
  invitations: 'invitation',
  sessions: 'session',
  permissions: 'user',
  fromDatabase: 'database',
  target: 'user',
}
const isKind = (text: unknown): text is Kind => KINDS.some((kind) => kind === text)

/**
 * What an id in a path, query or body is of; `parent` is the path segment or field before it, `type` what stands
 * beside it: the ids of scopes and holders are of whatever that says.
 */
export function kindOf(field: string, parent: string, type?: unknown): Kind | undefined {
  if (field !== 'id') return OF_FIELDS[field]
  return (parent === 'scope' || parent === 'holder') && isKind(type) ? type : OF_SEGMENTS[parent]
}

// What is called a client id there is a secret’s other half, or somebody else’s affair.
const NO_IDS = new Set(['croft.exchangeSecret', 'prismeai.putSecurity'])

/** What the id in a path or query is of. */
export function kindOfParameter({ dialect, path }: Operation, { name }: Parameter): Kind | undefined {
  const segments = path.split('/')
  const parent = segments[segments.indexOf(`{${name}}`) - 1] ?? ''
  return dialect === 'dbaas' ? kindOfWord(name === 'id' ? parent : name) : kindOf(name, parent)
}

/** What the id in a body is of. */
export function kindOfField({ name, dialect }: Operation, place: Omit<Field, 'replace'>): Kind | undefined {
  if (dialect === 'dbaas') return kindOfWord(place.field)
  return NO_IDS.has(name) ? undefined : kindOf(place.field, place.parent, place.type)
}
