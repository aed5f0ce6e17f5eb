import fc from 'fast-check'
import { badValues, branchesOf } from './bad-bodies.ts'
import type { Schema } from './operations.ts'

const LINK = Symbol('link')

/** In a generated body, the place of an id: which one is chosen when the request is sent, by `pick`. */
export interface Link {
  readonly [LINK]: string
  readonly pick: number
}

/** The field that a link is in; undefined of everything else. */
export function linkOf(value: unknown): { field: string; pick: number } | undefined {
  if (typeof value !== 'object' || value === null || !(LINK in value)) return undefined
  const { [LINK]: field, pick } = value as Link
  return { field, pick }
}

const isId = (name: string) => /^(id|\w+Id)$/.test(name) && name !== 'logicalId'

const RULE_CONDITIONS = [
  {},
  { name: 'x' },
  { workspaceId: { $in: ['x', '${user.id}'] } },
  { name: { $regex: '^x' } },
  { name: { $regex: '(' } },
  { $or: [{ id: 'x' }, { id: { $ne: null } }] },
  { 'source.userId': '{{user.id}}', $where: 'x' },
]

/** Texts that are looked at more closely than their schema says. */
const WORDS: Readonly<Record<string, readonly unknown[]>> = {
  email: ['one@example.com', 'two@example.com', 'three@example.com', 'no address'],
  password: ['long enough to be one', 'short'],
  newPassword: ['long enough to be another', 'short'],
  role: ['workspace-reader', 'project-admin', 'organization-admin', 'database-reader', 'owner', 'none'],
  action: ['read', 'update', ['create', 'delete'], 'manage', 'none'],
  subject: ['databases', 'events', ['projects', 'backups'], 'all', 'none'],
  conditions: RULE_CONDITIONS,
}

function text(schema: Schema): fc.Arbitrary<unknown> {
  const { minLength = 0, maxLength = 40, pattern, format } = schema
  if (format === 'date-time') {
    return fc
      .date({ min: new Date('2030-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString())
  }
  const size = { minLength, maxLength: Math.min(maxLength, 40) }
  const any = fc.string({ ...size, unit: 'grapheme' })
  return pattern === undefined ? any : any.filter((value) => new RegExp(pattern).test(value))
}

/** Values that fit a schema, more or less: what the document leaves open is left to chance. `isLink` names the places of ids. */
function fitting(schema: Schema, isLink: (name: string) => boolean, name = ''): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const words = WORDS[name]
  if (words) return fc.constantFrom(...words)
  const branches = branchesOf(schema)
  if (branches) return fc.oneof(...branches.map((each) => fitting(each, isLink, name)))
  switch (schema.type) {
    case 'string':
      return isLink(name) ? fc.nat().map((pick) => ({ [LINK]: name, pick })) : text(schema)
    case 'number':
      return fc.double({ min: -1000, max: 1000, noNaN: true })
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(fitting(schema.items ?? {}, isLink), { minLength: schema.minItems ?? 0, maxLength: 3 })
    case 'object': {
      const fields = Object.entries(schema.properties ?? {})
      return fc.record(
        Object.fromEntries(fields.map(([field, inner]) => [field, fitting(inner, isLink, field)])),
        {
          requiredKeys: [...(schema.required ?? [])],
        },
      )
    }
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

/** Bodies that fit and, one time in four, have something wrong: a field of the wrong kind, one too many, or no body at all. */
export function bodies(schema: Schema, isLink = isId): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {})
  const good = fitting(schema, isLink)
  const wrongs = fields.flatMap(([name, inner]) => badValues(inner).map((value) => [name, value] as const))
  const mutated =
    wrongs.length === 0
      ? good
      : fc
          .tuple(good, fc.constantFrom(...wrongs))
          .map(([body, [name, value]]) => ({ ...(body as object), [name]: value }))
  const surplus = fc
    .tuple(good, fc.jsonValue({ maxDepth: 3 }))
    .map(([body, more]) => ({ ...(body as object), more }))
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 1, arbitrary: mutated },
    { weight: 1, arbitrary: surplus },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  )
}
