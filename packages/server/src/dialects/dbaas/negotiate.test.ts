import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CroftError } from '../../platform/errors/index.ts'
import { formOf } from './errors.ts'
import { negotiate } from './negotiate.ts'

const JSON_MEDIA = { format: 'json', indent: 0, version: 1 } as const
const HTML_MEDIA = { ...JSON_MEDIA, format: 'html' } as const

test('what Accept and ?format ask for', () => {
  for (const [accept, format, media] of [
    [undefined, undefined, JSON_MEDIA],
    ['*/*', undefined, JSON_MEDIA],
    ['application/json; indent=4', undefined, { ...JSON_MEDIA, indent: 4 }],
    ['application/json; version=2', undefined, { ...JSON_MEDIA, version: 2 }],
    ['application/json; indent=900', undefined, { ...JSON_MEDIA, indent: 8 }],
    ['application/json; indent=x', undefined, JSON_MEDIA],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', undefined, HTML_MEDIA],
    ['text/html, application/json', undefined, JSON_MEDIA],
    ['text/html;q=0.5, application/json;q=0.1', undefined, HTML_MEDIA],
    ['text/plain, */*;q=0.1', undefined, JSON_MEDIA],
    ['text/html', 'json', JSON_MEDIA],
    ['application/json; version=2', 'json', { ...JSON_MEDIA, version: 2 }],
    ['application/json', 'api', HTML_MEDIA],
  ] as const) {
    assert.deepEqual(negotiate(accept, format), media, `${accept} ${format}`)
  }
})

test('what cannot be had is refused with its status', () => {
  const statusOf = (accept: string | undefined, format?: string): number => {
    try {
      negotiate(accept, format)
      return 200
    } catch (error) {
      assert.ok(error instanceof CroftError)
      return formOf(error).status
    }
  }
  assert.equal(statusOf('text/plain'), 406)
  assert.equal(statusOf('application/json;q=0'), 406)
  assert.equal(statusOf('application/json; version=3'), 406)
  assert.equal(statusOf('*/*', 'xml'), 404)
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'*/;,=q. "0abjsonhtmlx') }), (accept) => {
      assert.ok([200, 406].includes(statusOf(accept)))
    }),
  )
})
