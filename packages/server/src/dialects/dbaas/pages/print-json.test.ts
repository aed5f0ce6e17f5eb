import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toText } from '../../page/html.ts'
import type { Hal } from '../hal.ts'
import { printJson } from './print-json.ts'

const ORIGIN = 'https://croft.example.com'
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...`<>"'&\\/ab:=`) }),
  fc.webUrl(),
  fc.string().map((path) => `${ORIGIN}/${path}`),
)

function readable(markup: string): string {
  return markup
    .replaceAll(/<a href="[^"]*">|<\/a>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

test('what is printed reads as the same object, and its links lead to paths of ours', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(text, fc.integer(), fc.array(text))), (fields) => {
      const hal: Hal = { _links: { self: `${ORIGIN}/api/` }, fields }
      const made = toText(printJson(hal, ORIGIN))
      assert.deepEqual(JSON.parse(readable(made)), JSON.parse(JSON.stringify(hal)))
      for (const [, href = ''] of made.matchAll(/<a href="([^"]*)">/g)) assert.match(href, /^\/(?!\/)/)
      assert.doesNotMatch(made.replaceAll(/<a href="\/[^"<>]*">|<\/a>/g, ''), /[<>]/)
    }),
  )
})

test('addresses of ours are links, others are not', () => {
  const others = ['https://evil.example/api/', `${ORIGIN}//evil.example/api/`, `${ORIGIN}.evil.example/`]
  const hal: Hal = { _links: { self: `${ORIGIN}/api/plan/1/` }, others }
  const made = toText(printJson(hal, ORIGIN))
  assert.ok(made.includes(`<a href="/api/plan/1/">${ORIGIN}/api/plan/1/</a>`))
  assert.equal(made.split('href=').length, 2)
})
