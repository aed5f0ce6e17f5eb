import { IsInteger, IsObject, type TSchema } from 'typebox'
import { Value } from 'typebox/value'

const INTEGER = /^[+-]?\d+$/

/** What is text on the wire as the types of the schema. `Convert` makes 1 of `1.5`, which is no integer at all. */
export function convertText(schema: TSchema, given: unknown): unknown {
  if (!IsObject(schema) || typeof given !== 'object' || given === null) return Value.Convert(schema, given)
  const kept = Object.entries(given).filter(
    ([name, value]) =>
      typeof value === 'string' && IsInteger(schema.properties[name]) && !INTEGER.test(value),
  )
  const converted: unknown = Value.Convert(schema, { ...given })
  return { ...(converted as object), ...Object.fromEntries(kept) }
}
