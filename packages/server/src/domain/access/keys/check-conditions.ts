import { compilePattern } from '../rules/match-conditions.ts'
import { countStates, type Extent, newExtent } from './extent.ts'

export interface ConditionFault {
  /** A JSON pointer from the conditions on. */
  readonly path: string
  readonly message: string
}

const DEEPEST = 8
const MOST_VALUES = 1000
const LONGEST_TEXT = 2000
/** Of one regular expression. */
const MOST_STATES = 2000
/** Below this bound of its states an expression is compiled, in about 50 ms at most, to know them. */
const MOST_POSSIBLE_STATES = 20_000

const PLACEHOLDER = /\$\{([a-zA-Z.]+)\}|\{\{([a-zA-Z.]+)\}\}/g
/** What placeholders may begin with; `subject` is what role rules have, and no key. */
const KNOWN_VARIABLE = /^(user|session)\.[a-zA-Z]/

const COMPARISONS = new Set(['$lt', '$lte', '$gt', '$gte'])
const LISTS = new Set(['$in', '$nin', '$all'])
const OPERATORS =
  '$eq, $ne, $lt, $lte, $gt, $gte, $in, $nin, $all, $size, $regex, $options, $elemMatch and $exists'

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
const isPlaceholder = (text: string): boolean => {
  const [only] = text.matchAll(PLACEHOLDER)
  return only !== undefined && only[0] === text
}
const pointerOf = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** No repetition within another makes more of a pattern than all of them together would. */
function possibleStates(pattern: string): number {
  let times = 1
  for (const [, least, most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g))
    times *= Math.max(1, Number(least), Number(most ?? 0))
  return pattern.length * times
}

/**
 * What in a rule's conditions could never match, would fail at every request, or is more than a rule may be. The
 * original takes all of that: there such a rule is silently without effect, one that forbids too. `extent` is of
 * the rules that were looked at before.
 */
export function conditionFaults(conditions: Fields, extent: Extent = newExtent()): ConditionFault[] {
  const faults: ConditionFault[] = []
  let values = 0
  const fault = (path: string, message: string): undefined => void faults.push({ path, message })

  function checkText(path: string, text: string): undefined {
    if (text.length > LONGEST_TEXT) return fault(path, `must have at most ${LONGEST_TEXT} characters`)
    // PostgreSQL keeps neither in JSON.
    if (text.includes('\0') || !text.isWellFormed()) return fault(path, 'must be text without NUL')
    for (const [all, dollar, braces] of text.matchAll(PLACEHOLDER)) {
      if (KNOWN_VARIABLE.test(dollar ?? braces ?? '')) continue
      fault(path, `has ${all}, which has no value here: variables begin with user. or session.`)
    }
  }

  function checkScalar(path: string, value: unknown): undefined {
    if (++values === MOST_VALUES + 1)
      fault(path, `is more than the ${MOST_VALUES} values that a rule may have`)
    if (typeof value === 'string') return checkText(path, value)
    if (isScalar(value)) return
    if (value === null) return fault(path, 'must not be null: use {"$exists": false}')
    fault(path, 'must be a text, a number or a boolean: whole objects and arrays equal nothing')
  }

  function checkList(path: string, operator: string, value: unknown): undefined {
    if (Array.isArray(value)) {
      for (const [i, each] of value.slice(0, MOST_VALUES + 1).entries()) checkScalar(`${path}/${i}`, each)
    } else if (typeof value === 'string' && isPlaceholder(value)) checkText(path, value)
    else fault(path, `must be an array, since ${operator} takes one, or a variable that has one`)
  }

  function checkPattern(path: string, pattern: unknown, options: unknown): undefined {
    if (typeof pattern !== 'string') return fault(path, 'must be a text with a regular expression')
    checkText(path, pattern)
    // A variable's value could make it another expression, or none at all.
    if (pattern.search(PLACEHOLDER) !== -1) return fault(path, 'must not have variables')
    if (pattern.length > LONGEST_TEXT) return
    const large = 'is too large a regular expression: repetitions count as often as they repeat'
    if (possibleStates(pattern) > MOST_POSSIBLE_STATES) return fault(path, large)
    try {
      const { states } = compilePattern(pattern, typeof options === 'string' ? options : '')
      if (states > MOST_STATES || !countStates(extent, states)) fault(path, large)
    } catch (error) {
      fault(
        path,
        `is no regular expression that is understood: ${error instanceof Error ? error.message : ''}`,
      )
    }
  }

  function checkOperator(path: string, operator: string, operators: Fields, depth: number): undefined {
    const value = operators[operator]
    if (operator === '$eq' || operator === '$ne') return checkScalar(path, value)
    if (LISTS.has(operator)) return checkList(path, operator, value)
    if (COMPARISONS.has(operator)) {
      if (typeof value === 'boolean') return fault(path, 'must be a text or a number')
      return checkScalar(path, value)
    }
    switch (operator) {
      case '$exists':
        if (typeof value !== 'boolean') fault(path, 'must be true or false')
        return
      case '$size':
        if (!Number.isInteger(value) || Number(value) < 0) fault(path, 'must be a whole number from 0 on')
        return
      case '$regex':
        return checkPattern(path, value, operators.$options)
      case '$options':
        if (typeof value !== 'string') fault(path, 'must be a text of the letters i, m and s')
        if (operators.$regex === undefined) fault(path, 'is for $regex, which is not here')
        return
      case '$elemMatch':
        if (!isFields(value) || Object.keys(value).length === 0)
          return fault(path, 'must be an object with conditions')
        return hasOperators(value)
          ? checkOperators(path, value, depth + 1)
          : checkFields(path, value, depth + 1)
      default:
        fault(path, `is not supported; the operators are ${OPERATORS}`)
    }
  }

  const hasOperators = (value: Fields): boolean => Object.keys(value).some((key) => key.startsWith('$'))

  function checkOperators(path: string, operators: Fields, depth: number): undefined {
    const others = Object.keys(operators).filter((key) => !key.startsWith('$'))
    if (others.length > 0) return fault(path, `mixes operators with the plain key "${others[0]}"`)
    for (const key of Object.keys(operators))
      checkOperator(`${path}/${pointerOf(key)}`, key, operators, depth)
  }

  function checkFields(path: string, fields: Fields, depth: number): undefined {
    if (depth > DEEPEST) return fault(path, `lies deeper than the ${DEEPEST} levels that conditions may have`)
    for (const [key, value] of Object.entries(fields)) {
      if (faults.length >= 20) return
      const here = `${path}/${pointerOf(key)}`
      if (key === '') fault(here, 'must name a field')
      // `${...}` is a variable in the name, not an operator.
      else if (/^\$(?!\{)/.test(key))
        fault(here, `is not supported; the operators are ${OPERATORS}, below a field`)
      else checkText(here, key)
      if (!isFields(value)) checkScalar(here, value)
      else if (hasOperators(value)) checkOperators(here, value, depth)
      else fault(here, 'must be a value or an object of operators: whole objects equal nothing')
    }
  }

  checkFields('', conditions, 0)
  return faults
}
