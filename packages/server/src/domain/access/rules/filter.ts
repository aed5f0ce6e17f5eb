import type { Condition } from '@ucast/mongo2js'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { isUuid } from '../../../platform/ids/index.ts'
import type { Principal } from '../principal.ts'
import { abilityOf } from './ability.ts'
import type { Action, SubjectName } from './subjects.ts'

/** A field of a subject as a column of the query. */
export interface Column {
  readonly type: 'uuid' | 'text'
  readonly sql: Expression<unknown>
}
export type Columns = Readonly<Record<string, Column>>

/** A condition on rows. When `exact` is false it lets more through: each row must be asked about once more. */
export interface RowFilter {
  readonly where: RawBuilder<SqlBool>
  readonly exact: boolean
}

/** True, false, or null: a condition that cannot be said in SQL. */
type Term = RawBuilder<SqlBool> | boolean | null

const FALSE = sql<SqlBool>`false`
const TRUE = sql<SqlBool>`true`

/** Values are compared without conversion: a number never equals a text. */
function fits(column: Column, value: unknown): value is string {
  return typeof value === 'string' && (column.type === 'text' || isUuid(value))
}

function isIn(column: Column, values: readonly unknown[]): RawBuilder<SqlBool> | false {
  const usable = values.filter((value) => fits(column, value))
  if (usable.length === 0) return false
  return sql<SqlBool>`${column.sql} = any(${usable}::${sql.raw(column.type)}[])`
}

function negate(term: Term): Term {
  if (term === null || typeof term === 'boolean') return term === null ? null : !term
  // A column that is null makes a comparison null, which is no match.
  return sql<SqlBool>`(${term}) is not true`
}

function termOf(condition: Condition, columns: Columns): Term {
  if (condition.operator === 'and') {
    const parts = (condition.value as Condition[]).map((part) => termOf(part, columns))
    if (parts.includes(false)) return false
    if (parts.includes(null)) return null
    return parts.reduce(and, true)
  }
  const field = (condition as Condition & { readonly field?: unknown }).field
  const column = typeof field === 'string' ? columns[field] : undefined
  if (column === undefined) return null
  const { value } = condition
  switch (condition.operator) {
    case 'eq':
      return isIn(column, [value])
    case 'ne':
      return negate(isIn(column, [value]))
    case 'in':
      return isIn(column, value as unknown[])
    case 'nin':
      return negate(isIn(column, value as unknown[]))
    default:
      return null
  }
}

/** The parts of a condition that can be said in SQL: it holds at least wherever the whole does. */
function looserTermOf(condition: Condition, columns: Columns): Term {
  if (condition.operator !== 'and') return termOf(condition, columns) ?? true
  return (condition.value as Condition[]).map((part) => termOf(part, columns) ?? true).reduce(and, true)
}

function and(one: Term, other: Term): Term {
  if (one === false || other === false) return false
  if (one === true || one === null) return other
  if (other === true || other === null) return one
  return sql<SqlBool>`(${one} and ${other})`
}

function or(one: Term, other: Term): Term {
  if (one === true || other === true) return true
  if (one === false || one === null) return other
  if (other === false || other === null) return one
  return sql<SqlBool>`(${one} or ${other})`
}

/** Deeper, and printing the condition ends the stack; with half of it PostgreSQL plans for 0.1 s. */
const MOST_NESTED = 4000

/** All that any rule allows, whatever the others forbid: every row of it must be asked about. */
function allowedByAny(terms: readonly Term[]): RowFilter {
  if (terms.includes(true)) return { where: TRUE, exact: false }
  const some = terms.filter((term) => term !== null && typeof term !== 'boolean')
  if (some.length === 0) return { where: FALSE, exact: true }
  return { where: sql<SqlBool>`(${sql.join(some, sql` or `)})`, exact: false }
}

/**
 * The rows that the principal may do this to, for lists: they are filtered where they lie. Follows the rules from
 * the weakest to the strongest; each decides for the rows that its condition matches.
 */
export function filterOf(
  principal: Principal,
  action: Action,
  name: SubjectName,
  columns: Columns,
): RowFilter {
  const rules = abilityOf(principal).rulesFor(action, name)
  const looser = ({ ast }: { readonly ast: Condition | null | undefined }): Term =>
    ast ? looserTermOf(ast, columns) : true
  if (rules.length > MOST_NESTED) return allowedByAny(rules.filter(({ inverted }) => !inverted).map(looser))
  let allowed: Term = false
  let exact = true
  for (const rule of [...rules].reverse()) {
    const known = rule.ast ? termOf(rule.ast, columns) : true
    if (known === null) exact = false
    if (rule.inverted) allowed = and(allowed, negate(known ?? false))
    else allowed = or(allowed, known ?? looser(rule))
  }
  if (allowed === true) return { where: TRUE, exact }
  if (allowed === false || allowed === null) return { where: FALSE, exact }
  return { where: allowed, exact }
}
