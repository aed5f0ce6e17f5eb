import { branchesOf } from './bad-bodies.ts'
import { type Expected, invalid } from './expected.ts'
import type { Operation } from './operations.ts'

export interface BadQuery {
  readonly query: string
  readonly expected: Expected
}

const FINE: Expected = [200, null]

/** Queries of a reading operation with one thing wrong in them, and some that only look wrong. */
export function* badQueries(operation: Operation): Generator<BadQuery> {
  if (operation.method !== 'GET') return
  const { dialect, name } = operation
  const wrong = invalid(operation)
  yield { query: 'no-such-parameter=1&utm_source=x', expected: FINE }
  yield { query: '&&=&%', expected: FINE }
  for (const { name: parameter, schema, in: place } of operation.parameters) {
    if (place !== 'query') continue
    if (parameter === 'limit') {
      for (const value of ['0', '-1', '1.5', 'many', '1e999', 'NaN', '%00', '']) {
        yield { query: `limit=${value}`, expected: wrong }
      }
      yield { query: 'limit=1&limit=2', expected: wrong }
      // Where no maximum is documented a large one is cut, since clients ask for what they like.
      yield { query: 'limit=1000000', expected: schema.maximum === undefined ? FINE : wrong }
    } else if (parameter === 'cursor') {
      for (const value of ['garbage', '%00', "'", '-']) {
        yield { query: `cursor=${value}`, expected: dialect === 'prisma' ? [400, 'client-error'] : wrong }
      }
      yield { query: `cursor=${'x'.repeat(300)}`, expected: wrong }
    } else if (schema.enum) {
      yield { query: `${parameter}=no-such-value`, expected: wrong }
    } else if (branchesOf(schema)) {
      yield { query: `${parameter}=no-such-value`, expected: wrong }
    } else if (schema.format === 'date-time' || /Date$/.test(parameter)) {
      for (const value of ['soon', '2026-02-30', '2026-13-01', '9'.repeat(30), '%00']) {
        yield { query: `${parameter}=${value}`, expected: wrong }
      }
    } else if (schema.pattern !== undefined) {
      for (const value of ['%00', '%0a', 'x'.repeat(1000)]) {
        yield { query: `${parameter}=${value}`, expected: wrong }
      }
      if (name !== 'croft.verifyEvents' && !/Id$/.test(parameter))
        yield { query: `${parameter}=nothing%20of%20the%20kind`, expected: FINE }
    }
  }
  if (name === 'prisma.listBranches') yield { query: 'gitName=a&gitNameContains=b', expected: wrong }
  if (name === 'prisma.getUsage') {
    yield { query: 'startDate=2026-02-01&endDate=2026-01-01', expected: wrong }
  }
}
