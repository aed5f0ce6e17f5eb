import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Dialect = 'prisma' | 'croft'

/** As much of JSON Schema as the documents use. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
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
}

interface Described {
  readonly operationId: string
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
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => ({
      dialect,
      name: `${dialect}.${operationId}`,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json']?.schema ?? null,
    })),
  )
}

export const OPERATIONS: readonly Operation[] = [...operationsOf('prisma'), ...operationsOf('croft')]

/** The things that ids name, by the words of the Prisma API. */
export const KINDS = [
  'workspace',
  'project',
  'branch',
  'database',
  'connection',
  'backup',
  'integration',
  'token',
  'application',
] as const
export type Kind = (typeof KINDS)[number]

const OF_FIELDS: Readonly<Record<string, Kind>> = {
  workspaceId: 'workspace',
  projectId: 'project',
  branchId: 'branch',
  databaseId: 'database',
  targetDatabaseId: 'database',
  backupId: 'backup',
  serviceTokenId: 'token',
  clientId: 'integration',
}
const OF_SEGMENTS: Readonly<Record<string, Kind>> = {
  workspaces: 'workspace',
  projects: 'project',
  databases: 'database',
  connections: 'connection',
  credentials: 'connection',
  backups: 'backup',
  integrations: 'integration',
  tokens: 'token',
  'oauth-applications': 'application',
  fromDatabase: 'database',
}

/** What an id in a path, query or body is of; `parent` is the path segment or field before it. */
export function kindOf(field: string, parent: string): Kind | undefined {
  return field === 'id' ? OF_SEGMENTS[parent] : OF_FIELDS[field]
}

/** What the id in a path is of. */
export function kindOfParameter({ path }: Operation, { name }: Parameter): Kind | undefined {
  const segments = path.split('/')
  return kindOf(name, segments[segments.indexOf(`{${name}}`) - 1] ?? '')
}
