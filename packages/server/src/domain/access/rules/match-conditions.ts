import { buildMongoQueryMatcher } from '@casl/ability'
import { FieldCondition, type FieldInstruction, type RegExpFieldContext } from '@ucast/mongo2js'
import { RE2JS } from 're2js'

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
}

/** A pattern as rules have them: matched in linear time, since strangers write them. Throws on a bad one. */
export function compilePattern(pattern: string, options: string): { test(text: string): boolean } {
  let flags = 0
  for (const option of options) {
    const flag = FLAGS[option]
    if (flag === undefined) throw new Error(`$options has "${option}"; i, m and s are known`)
    flags |= flag
  }
  const compiled = RE2JS.compile(pattern, flags)
  return { test: (text) => compiled.matcher(text).find() }
}

const regex: FieldInstruction<string | RegExp, RegExpFieldContext> = {
  type: 'field',
  parse(instruction, value, { field, query }) {
    const pattern = compilePattern(String(value), query.$options ?? '')
    return new FieldCondition(instruction.name, field, pattern)
  },
}

/**
 * Numbers with numbers and texts with texts; anything else is neither equal, less nor more. The library's own way
 * takes what cannot be compared for less, so that `{"size": {"$lt": 5}}` would match what has no size.
 */
function compare(one: unknown, other: unknown): 0 | 1 | -1 {
  if (one === other) return 0
  const comparable =
    (typeof one === 'number' && typeof other === 'number') ||
    (typeof one === 'string' && typeof other === 'string')
  if (!comparable) return Number.NaN as 0
  return one > other ? 1 : -1
}

/**
 * MongoDB's query operators as CASL has them, on plain objects: `$eq $ne $lt $lte $gt $gte $in $nin $all $size
 * $regex $elemMatch $exists`, paths with dots, a path through an array matches any of its elements.
 */
export const matchConditions = buildMongoQueryMatcher({ $regex: regex }, {}, { compare })
