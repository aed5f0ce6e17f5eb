import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { childrenNamed, childText, escapeXml, parseXml, type XmlElement } from './xml.ts'

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/)
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc.record(
    {
      name,
      text,
      children: fc.oneof({ maxDepth: 5 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
    },
    { noNullPrototype: true },
  ),
}))

function render({ name, text, children }: XmlElement): string {
  return `<${name} xmlns="http://s3.amazonaws.com/doc/" a='1'>${escapeXml(text)}${children.map(render).join('')}</${name}>`
}

test('what is rendered is read again', () => {
  fc.assert(
    fc.property(tree, (element) => {
      assert.deepEqual(parseXml(`<?xml version="1.0"?>\n<!-- x -->${render(element)}\n`), element)
    }),
  )
})

test('any text is read or refused, soon', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '<',
          '>',
          '/',
          '&',
          ';',
          'a',
          ' ',
          '"',
          '=',
          '<a>',
          '</a>',
          '<!--',
          '-->',
          '<![CDATA[',
          ']]>',
          '&#x41;',
        ),
        {
          maxLength: 40,
        },
      ),
      (parts) => {
        try {
          parseXml(parts.join(''))
        } catch (error) {
          assert.ok(error instanceof SyntaxError)
        }
      },
    ),
  )
})

test('what services send is read', () => {
  const listing = parseXml(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<ns:ListBucketResult xmlns:ns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated><Prefix/>
<Contents><Key>a&amp;b&#x2F;c</Key><ETag>&quot;abc&quot;</ETag></Contents><Contents><Key><![CDATA[<raw>&amp;]]></Key></Contents>
</ns:ListBucketResult>`)
  assert.equal(listing.name, 'ListBucketResult')
  assert.equal(childText(listing, 'Prefix'), '')
  assert.equal(childText(listing, 'None'), undefined)
  assert.deepEqual(
    childrenNamed(listing, 'Contents').map((one) => [childText(one, 'Key'), childText(one, 'ETag')]),
    [
      ['a&b/c', '"abc"'],
      ['<raw>&amp;', undefined],
    ],
  )
})

test('document types, unknown entities and halves are refused', () => {
  for (const wrong of [
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a>&x;</a>',
    '<a>&amp</a>',
    '<a>&#x110000;</a>',
    '<a><b></a></b>',
    '<a>',
    '</a>',
    '<a/><b/>',
    'text',
    '<html><p>Hello</html>',
    '',
    '<a>'.repeat(100),
  ]) {
    assert.throws(() => parseXml(wrong), SyntaxError, wrong)
  }
})
