import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { slugify } from './slug.ts'

test('names become what the original made of them', () => {
  for (const [name, slug] of [
    ['test database2', 'test_database2'],
    ['w h a t', 'w_h_a_t'],
    ['w.h.e.r.e', 'w_h_e_r_e'],
    ['a_b_c_d', 'a_b_c_d'],
    ['My-DB', 'my_db'],
    ['__x__', 'x'],
    ["O'Brien", 'obrien'],
    ['a&amp;b', 'a_b'],
    ['caf&#233;', 'cafe'],
    ['caf&#xE9;', 'cafe'],
    ['&#x110000;a', 'a'],
    ['café 北京', 'cafe_bei_jing'],
    ["ÀÉ îöü's Db--__..x", 'ae_ious_db_x'],
    ['!!!', ''],
    ['', ''],
  ] as const) {
    assert.equal(slugify(name), slug, name)
  }
})

test('a slug is of letters, digits and single underscores between them, and its own slug', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const slug = slugify(text)
      assert.match(slug, /^([a-z0-9]+(_[a-z0-9]+)*)?$/)
      assert.equal(slugify(slug), slug)
    }),
  )
})
