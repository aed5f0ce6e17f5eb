import type { Expected } from '../expected.ts'
import type { Operation } from '../operations.ts'

export interface Unreadable {
  readonly body: string
  readonly type: string
  readonly expected: Expected
}

const JSON_TYPE = 'application/json'
const DETAIL: Expected = [400, 'JSON parse error - No JSON object could be decoded']

/** What is said to a body without anything in it; where nothing must be in it, it would do. */
const MISSING: Readonly<Record<string, Expected>> = {
  'dbaas.createDatabase': [400, 'name'],
  'dbaas.createCredential': [400, 'user,database'],
  'dbaas.createProject': [400, 'name'],
  'dbaas.replaceProject': [400, 'name'],
}

/**
 * Bodies that cannot be read. Forms can be here, `__proto__` is a key like others that are unknown, and where nothing
 * of a body matters an object with anything in it will do.
 */
export function unreadableBodies({ name }: Operation): Unreadable[] {
  const json = (body: string, expected: Expected = DETAIL) => ({ body, type: JSON_TYPE, expected })
  const other = (type: string, expected: Expected, body = '{"name":"x"}') => ({ body, type, expected })
  const unsupported = (type: string) => other(type, [415, `Unsupported media type '${type}' in request.`])
  const missing = MISSING[name]
  return [
    ...['{', '{"name":}', "{'name':'x'}", 'name', '\u0000', '{"a":1}{"b":2}', '[[[['].map((body) =>
      json(body),
    ),
    json(`${'['.repeat(20_000)}${']'.repeat(20_000)}`, [400, 'non_field_errors']),
    ...['text/plain', 'application/xml', 'application/jsonp'].map(unsupported),
    other('multipart/form-data', [400, 'Multipart form parse error - the form is not complete.']),
    ...(missing
      ? [
          json('{"__proto__":{"name":"x","user":"x"}}', missing),
          other('application/x-www-form-urlencoded', missing),
        ]
      : []),
  ]
}
