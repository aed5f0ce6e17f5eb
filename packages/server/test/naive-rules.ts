import type { Rule } from '../src/domain/access/rules/rule.ts'

/**
 * The contract of Prisme.ai's rules, written down a second time as simply as it can be said, for tests that compare:
 * no index, no cache, no sorting, no library.
 */

/** Values that a path leads to: an array on the way stands for each of its elements. */
function reach(value: unknown, path: readonly string[]): unknown[] {
  const [first, ...rest] = path
  if (first === undefined) return [value]
  if (Array.isArray(value)) {
    if (/^\d+$/.test(first)) return reach(value[Number(first)], rest)
    return value.flatMap((each) => reach(each, path))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.hasOwn(value, first) ? reach((value as Record<string, unknown>)[first], rest) : []
}

const scalars = (found: readonly unknown[]): unknown[] =>
  found.flatMap((value) => (Array.isArray(value) ? [value, ...value] : [value]))

const compares = (one: unknown, other: unknown, holds: (order: number) => boolean): boolean => {
  const comparable =
    (typeof one === 'number' && typeof other === 'number') ||
    (typeof one === 'string' && typeof other === 'string')
  return comparable && holds(one < other ? -1 : one > other ? 1 : 0)
}

const hasAll = (values: readonly unknown[], wanted: unknown): boolean =>
  values.length > 0 && (wanted as unknown[]).every((each) => values.includes(each))

/** Whether an array stands on the way, and is not entered by an index. */
function passesArray(object: object, path: readonly string[]): boolean {
  return path.some((name, index) => {
    const holders = reach(object, path.slice(0, index))
    return !/^\d+$/.test(name) && holders.some(Array.isArray)
  })
}

function operatorHolds(
  found: readonly unknown[],
  operator: string,
  wanted: unknown,
  all: object,
  throughArray: boolean,
): boolean {
  const values = scalars(found)
  const isIn = (list: unknown) => Array.isArray(list) && values.some((value) => list.includes(value))
  switch (operator) {
    case '$eq':
      return values.includes(wanted)
    case '$ne':
      return !values.includes(wanted)
    case '$in':
      return isIn(wanted)
    case '$nin':
      return !isIn(wanted)
    case '$lt':
      return values.some((value) => compares(value, wanted, (order) => order < 0))
    case '$lte':
      return values.some((value) => compares(value, wanted, (order) => order <= 0))
    case '$gt':
      return values.some((value) => compares(value, wanted, (order) => order > 0))
    case '$gte':
      return values.some((value) => compares(value, wanted, (order) => order >= 0))
    case '$size':
      return found.some((value) => Array.isArray(value) && value.length === wanted)
    case '$all':
      // A lone value is no list; what an array on the way was made of is one.
      return (found.length !== 1 || found.some(Array.isArray) || throughArray) && hasAll(values, wanted)
    case '$regex': {
      const pattern = new RegExp(String(wanted), (all as { $options?: string }).$options ?? '')
      return values.some((value) => typeof value === 'string' && pattern.test(value))
    }
    case '$options':
      return true
    default:
      throw new Error(`no such operator here: ${operator}`)
  }
}

/** Asked of what would hold the field: of each element, when that is an array, so of nothing when it is empty. */
function exists(object: object, path: readonly string[], wanted: unknown): boolean {
  const name = path.at(-1) ?? ''
  const holders = reach(object, path.slice(0, -1))
  if (holders.length === 0) return wanted === false
  return holders
    .flatMap((holder) => (Array.isArray(holder) ? holder : [holder]))
    .some(
      (holder) => (typeof holder === 'object' && holder !== null && Object.hasOwn(holder, name)) === wanted,
    )
}

export function naivelyMatches(conditions: Rule['conditions'], object: object): boolean {
  return Object.entries(conditions ?? {}).every(([path, wanted]) => {
    const found = reach(object, path.split('.'))
    if (typeof wanted !== 'object' || wanted === null) return operatorHolds(found, '$eq', wanted, {}, false)
    return Object.entries(wanted).every(([operator, value]) =>
      operator === '$exists'
        ? exists(object, path.split('.'), value)
        : operatorHolds(found, operator, value, wanted, passesArray(object, path.split('.'))),
    )
  })
}

/** Whether the rule `one` goes before `other`, when both are of the same standing. */
interface Placed {
  readonly rule: Rule
  readonly batch: number
  readonly index: number
}

function isStronger(one: Placed, other: Placed): boolean {
  const [mine, theirs] = [one.rule.priority || null, other.rule.priority || null]
  if (mine !== theirs) {
    if (mine === null) return false
    return theirs === null || mine > theirs
  }
  if (mine === null && Boolean(one.rule.inverted) !== Boolean(other.rule.inverted)) {
    return Boolean(one.rule.inverted)
  }
  return one.batch === other.batch ? one.index > other.index : one.batch < other.batch
}

/** The rule that decides, or undefined when none speaks of it. `object` null asks about the kind as such. */
export function naiveDecider(
  batches: readonly (readonly Rule[])[],
  action: string,
  subject: string,
  object: object | null,
): Rule | undefined {
  const speaking = batches
    .flatMap((rules, batch) => rules.map((rule, index) => ({ rule, batch, index })))
    .filter(({ rule }) => rule.action.some((each) => each === action || each === 'manage'))
    .filter(({ rule }) => rule.subject.some((each) => each === subject || each === 'all'))
    .filter(({ rule }) => {
      const conditional = Object.keys(rule.conditions ?? {}).length > 0
      if (object === null) return !conditional || !rule.inverted
      return !conditional || naivelyMatches(rule.conditions, object)
    })
  let strongest: Placed | undefined
  for (const placed of speaking) if (!strongest || isStronger(placed, strongest)) strongest = placed
  return strongest?.rule
}
