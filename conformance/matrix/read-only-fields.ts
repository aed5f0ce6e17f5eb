import { randomUUID } from 'node:crypto'
import type { Schema } from './operations.ts'

/** What nobody may set, with values that would be seen again if it were. */
export interface Planted {
  readonly fields: Readonly<Record<string, unknown>>
  /** Every value, as text. */
  readonly seen: readonly string[]
}

/** Fields of rows and of principals, in the spelling of each API; `foreign` is another tenant’s workspace. */
export function plant(foreign: string): Planted {
  const id = randomUUID()
  const secret = `planted-${randomUUID()}`
  const time = '1999-09-09T09:09:09.999Z'
  const ids = ['id', 'databaseId', 'userId', 'user_id', 'holderId', 'createdBy', 'created_by', 'invitedBy']
  const foreignIds = ['workspaceId', 'workspace_id', 'organizationId', 'organization_id', 'subjectId']
  const times = ['createdAt', 'created_at', 'updatedAt', 'lastUsedAt', 'lastLoginAt', 'deletedAt', 'at']
  const secrets = ['value', 'token', 'apiKey', 'clientId', 'clientSecret', 'secretHash', 'secret_hash']
  const hashes = [
    'passwordHash',
    'password_hash',
    'token_hash',
    'sealed',
    'connectionString',
    'role',
    'password',
  ]
  // In the DBaaS API’s words.
  const ofDbaas = ['endpoint', 'credentials', 'team', '_links', 'status', 'created_at']
  const all = (names: readonly string[], value: unknown) => names.map((name) => [name, value])
  const fields = Object.fromEntries([
    ...all(ids, id),
    ...all(foreignIds, foreign),
    ...all(times, time),
    ...all([...secrets, ...hashes, ...ofDbaas], secret),
    ...all(['total_size_in_bytes', 'quarantine_dt'], time),
    ['roles', [{ role: 'platform-admin', scope: { type: 'platform', id: null } }]],
    ['bindings', [{ role: 'platform-admin', scope: { type: 'platform' } }]],
    ['scopes', ['platform-admin']],
    ['isAdmin', true],
    ['subjectType', 'platform'],
  ])
  return { fields, seen: [id, foreign, time, secret, 'platform-admin'] }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The body with those fields in every object of it that the document describes, where they are not its own. */
export function withPlanted(schema: Schema, body: unknown, fields: Planted['fields']): unknown {
  if (Array.isArray(body)) return body.map((each) => withPlanted(schema.items ?? {}, each, fields))
  const { properties } = schema
  if (!isObject(body) || !properties) return body
  const foreign = Object.entries(fields).filter(([name]) => !Object.hasOwn(properties, name))
  const own = Object.entries(body).map(([name, value]) => [
    name,
    withPlanted(properties[name] ?? {}, value, fields),
  ])
  return { ...Object.fromEntries(foreign), ...Object.fromEntries(own) }
}

/** Whether the document lets any object of the body have more than it names. */
export function ignoresMore(schema: Schema, body: unknown): boolean {
  if (Array.isArray(body)) return body.some((each) => ignoresMore(schema.items ?? {}, each))
  const { properties } = schema
  if (!isObject(body) || !properties) return true
  if (schema.additionalProperties === false) return false
  return Object.entries(body).every(([name, value]) => ignoresMore(properties[name] ?? {}, value))
}
