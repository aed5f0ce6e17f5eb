import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html, toText } from './html.ts'

test('no value can become markup or leave its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`<>"'&;/ab=`) }), (text) => {
      const made = toText(html`<p title="${text}">${text}</p>`)
      const inner = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(made)
      assert.ok(inner, made)
      const unescaped = (inner[2] ?? '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&')
      assert.equal(unescaped, text)
      assert.equal(inner[1], inner[2])
    }),
  )
})

test('markup nests, lists join, and nothing is nothing', () => {
  const items = ['<a>', 'b'].map((text) => html`<li>${text}</li>`)
  assert.equal(
    toText(html`<ul>${items}</ul>${null}${undefined}${false}${0}${''}`),
    '<ul><li>&lt;a&gt;</li><li>b</li></ul>0',
  )
})
