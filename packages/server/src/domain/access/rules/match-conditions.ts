import { buildMongoQueryMatcher } from '@casl/ability'
import {
  CompoundCondition,
  type Condition,
  FieldCondition,
  type FieldInstruction,
  ITSELF,
  type JsInterpreter,
  type RegExpFieldContext,
} from '@ucast/mongo2js'
import { RE2JS } from 're2js'

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
}

/**
 * States times characters that one question may cost at most: 0.7 s where all states are alive all the time, which
 * only a pattern made for it achieves. Usual ones take a thousandth of that.
 */
const MOST_STEPS = 20_000_000
let stepsLeft = Number.POSITIVE_INFINITY

/** Thrown inside `bounded` only. */
class TooLong extends Error {}

/** Asks a question that matches conditions, synchronously; `otherwise` when its patterns would take too long. */
export function bounded<Answer>(ask: () => Answer, otherwise: Answer): Answer {
  stepsLeft = MOST_STEPS
  try {
    return ask()
  } catch (error) {
    if (error instanceof TooLong) return otherwise
    throw error
  } finally {
    stepsLeft = Number.POSITIVE_INFINITY
  }
}

export interface Pattern {
  /** How large it is once its repetitions are written out: `x{1000}` has a thousand. */
  readonly states: number
  test(text: string): boolean
}

/**
 * A pattern as rules have them: matched in time linear in its states and in the text, since strangers write them.
 * Throws on a bad one.
 */
export function compilePattern(pattern: string, options: string): Pattern {
  let flags = 0
  for (const option of options) {
    const flag = FLAGS[option]
    if (flag === undefined) throw new Error(`$options has "${option}"; i, m and s are known`)
    flags |= flag
  }
  const compiled = RE2JS.compile(pattern, flags)
  const states = compiled.programSize()
  return {
    states,
    test(text) {
      stepsLeft -= states * text.length
      if (stepsLeft < 0) throw new TooLong()
      return compiled.matcher(text).find()
    },
  }
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

/** What is null has no fields, where the library's own way fails: strangers' events may hold null anywhere. */
function valueAt(object: unknown, field: string): unknown {
  if (object === null || object === undefined || !Object.hasOwn(Object(object), field)) return undefined
  return (object as Record<string, unknown>)[field]
}

/** Conditions on fields hold for no element that has none; the library fails at null, 0 and the empty text. */
const elemMatch: JsInterpreter<FieldCondition<Condition>, Record<string, unknown>> = (
  { field, value },
  object,
  { get, interpret },
) => {
  const elements: unknown = get(object, field)
  if (!Array.isArray(elements)) return false
  return elements.some((element) => {
    const hasFields = typeof element === 'object' && element !== null
    return (hasFields || isOfItself(value)) && interpret(value, element)
  })
}

/** Whether a condition asks about the element as a whole: `{"$gt": 3}`. */
function isOfItself(condition: Condition): boolean {
  if (condition instanceof FieldCondition) return condition.field === ITSELF
  return condition instanceof CompoundCondition && condition.value.every(isOfItself)
}

/**
 * MongoDB's query operators as CASL has them, on plain objects: `$eq $ne $lt $lte $gt $gte $in $nin $all $size
 * $regex $elemMatch $exists`, paths with dots, a path through an array matches any of its elements.
 */
export const matchConditions = buildMongoQueryMatcher(
  { $regex: regex },
  { elemMatch },
  { compare, get: valueAt },
)
