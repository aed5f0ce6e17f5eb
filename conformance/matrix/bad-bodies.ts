import { Compile } from 'typebox/compile'
import type { Schema } from './operations.ts'

export interface BadBody {
  /** What is wrong, for the message of a failing test. */
  readonly fault: string
  readonly body: unknown
}

const WRONG_TYPES: Readonly<Record<string, readonly unknown[]>> = {
  string: [42, true, null, [], {}, ['x']],
  integer: ['1', 1.5, null, true, [], {}],
  number: ['1', null, true, [], {}],
  boolean: ['true', 1, null, [], {}],
  object: ['x', 42, null, [], true],
  array: ['x', 42, null, {}, true],
}

function outOfRange({ type, minLength, maxLength, pattern, format, minimum, maximum }: Schema): unknown[] {
  const values: unknown[] = []
  if (type === 'string') {
    if (minLength !== undefined && minLength > 0) values.push('')
    if (maxLength !== undefined) values.push('x'.repeat(maxLength + 1))
    // NUL, which PostgreSQL stores nowhere, and half a surrogate pair, which it stores in no JSON.
    if (pattern !== undefined) values.push('a\u0000b', 'a\nb', 'a\ud800b')
    if (format === 'date-time') values.push('soon', '2026-02-30', '')
  }
  if (minimum !== undefined) values.push(minimum - 1, -1e300)
  if (maximum !== undefined) values.push(maximum + 1, 1e300)
  return values
}

const compiled = new WeakMap<Schema, ReturnType<typeof Compile>>()

/** Whether a value is one that a schema describes. */
export function fits(schema: Schema, value: unknown): boolean {
  const validator = compiled.get(schema) ?? Compile(schema)
  compiled.set(schema, validator)
  return validator.Check(value)
}

export const branchesOf = ({ anyOf, oneOf }: Schema): readonly Schema[] | undefined => anyOf ?? oneOf

function suspects(schema: Schema): unknown[] {
  if (schema.enum) return ['no-such-value', 42, null, {}, '']
  if (branchesOf(schema)) return ['x', 42, null, {}, { type: 'no-such-type' }, [], [{}], ['no-such-value']]
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  const wrong = types.length === 1 ? (WRONG_TYPES[types[0] ?? ''] ?? []) : []
  const items = schema.items ? badValues(schema.items).map((value) => [value]) : []
  const few = schema.minItems === undefined ? [] : [[]]
  const many = schema.maxItems === undefined ? [] : [Array(schema.maxItems + 1).fill('x')]
  return [...wrong, ...outOfRange(schema), ...items, ...few, ...many]
}

/** Values that do not fit a schema. */
export const badValues = (schema: Schema): unknown[] =>
  suspects(schema).filter((value) => !fits(schema, value))

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The branch of a union that a value was written for. */
function branchOf(branches: readonly Schema[], value: unknown): Schema | undefined {
  const type = isObject(value) ? value.type : undefined
  return branches.find(({ properties }) => properties?.type?.enum?.includes(type))
}

/** A good body with one thing wrong in it, for each field of the schema and each way of being wrong. */
export function* badBodies(schema: Schema, good: unknown, at = ''): Generator<BadBody> {
  if (at === '') {
    for (const body of ['"text"', 42, null, [], [good], true]) yield { fault: 'the whole body', body }
  }
  if (Array.isArray(good)) {
    const [first, ...rest] = good
    for (const { fault, body } of badBodies(schema.items ?? {}, first, `${at}/0`)) {
      yield { fault, body: [body, ...rest] }
    }
  }
  if (!isObject(good)) return
  const { properties = {}, required = [] } = schema
  for (const [name, field] of Object.entries(properties)) {
    const path = `${at}/${name}`
    for (const value of badValues(field)) yield { fault: path, body: { ...good, [name]: value } }
    if (required.includes(name)) {
      const { [name]: _left, ...rest } = good
      yield { fault: `${path} left out`, body: rest }
    }
    const branches = branchesOf(field)
    const inner = branches ? branchOf(branches, good[name]) : field
    if (!(inner?.properties || inner?.items?.properties) || field.additionalProperties === true) continue
    for (const { fault, body } of badBodies(inner, good[name], path)) {
      yield { fault, body: { ...good, [name]: body } }
    }
  }
  if (schema.additionalProperties === false) yield { fault: `${at} unknown`, body: { ...good, surplus: 1 } }
}

export interface Field {
  readonly field: string
  readonly parent: string
  /** What stands beside it as `type`. */
  readonly type: unknown
  replace(value: unknown): Record<string, unknown>
}

/** Every place of a body that holds an id, with a way to put another there. */
export function* fieldsOf(body: Record<string, unknown>, parent = ''): Generator<Field> {
  for (const [field, value] of Object.entries(body)) {
    if (isObject(value)) {
      for (const inner of fieldsOf(value, field)) {
        yield { ...inner, replace: (replacement) => ({ ...body, [field]: inner.replace(replacement) }) }
      }
    } else {
      yield {
        field,
        parent,
        type: body.type,
        replace: (replacement) => ({ ...body, [field]: replacement }),
      }
    }
  }
}
