import type { BadQuery } from '../bad-queries.ts'
import type { Expected } from '../expected.ts'
import type { Operation } from '../operations.ts'

const FINE: Expected = [200, null]
const NO_PAGE: Expected = [404, 'Not found']

/**
 * Queries of a reading operation that look wrong. The original took ten for a size that is none, and knew no page by a
 * number that is none; filters for nothing find nothing.
 */
export function* badQueriesOf({ name, method, parameters }: Operation): Generator<BadQuery> {
  if (method !== 'GET') return
  const expect = (expected: Expected, ...queries: readonly string[]): BadQuery[] =>
    queries.map((query) => ({ query, expected }))
  yield* expect(FINE, 'no-such-parameter=1&utm_source=x', '&&=&%', '__proto__=x&constructor=y')
  // Everywhere, as it is negotiated before anything is done.
  yield* expect(FINE, 'format=json', 'format=xml&format=json')
  yield* expect(NO_PAGE, 'format=xml', 'format=', 'format=%00')
  if (!parameters.some((each) => each.name === 'page')) return
  for (const size of ['0', '-1', '1.5', 'many', '1e999', 'NaN', '%00', '', '101', '9'.repeat(30)])
    yield* expect(FINE, `page_size=${size}`)
  yield* expect(FINE, 'page=last', 'page=01', 'page=2&page=1', 'page_size=1&page_size=2')
  for (const page of ['0', '-1', '1.5', 'many', '1e9', 'NaN', '%00', '', '99999', '9'.repeat(30), 'LAST'])
    yield* expect(NO_PAGE, `page=${page}`)
  if (name !== 'dbaas.listDatabases') return
  for (const filter of ['project', 'engine', 'environment']) {
    for (const value of [
      '',
      'x',
      '0',
      '999999',
      '/api/plan/1/',
      '/api/project/x/',
      '%00',
      '%ff',
      'a%0ab',
      'x'.repeat(3000),
    ])
      yield* expect(FINE, `${filter}=${value}`)
  }
  for (const value of ['', 'none', '%00', '%ff', '%ED%A0%80', "' or 1=1 --", '%25', 'x'.repeat(3000)])
    yield* expect(FINE, `name=${value}`)
}
