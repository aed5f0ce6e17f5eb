import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase36, encodeBase36, idTime, isUuid, newId } from './index.ts'

test('every UUID survives base 36, in 25 characters and in order', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      const encoded = encodeBase36(one)
      assert.ok(encoded)
      assert.match(encoded, /^[0-9a-z]{25}$/)
      assert.equal(decodeBase36(encoded), one)
      const encodedOther = encodeBase36(other)
      assert.ok(encodedOther)
      assert.equal(encoded < encodedOther, one < other)
    }),
  )
})

test('the ends of the range survive too', () => {
  for (const uuid of ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
    assert.equal(decodeBase36(encodeBase36(uuid) ?? ''), uuid)
  }
})

test('what is decoded is encoded again to the same text, and the rest is null', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({
      unit: fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyz'),
      minLength: 25,
      maxLength: 25,
    }),
  )
  fc.assert(
    fc.property(text, (given) => {
      const uuid = decodeBase36(given)
      if (uuid === null) assert.ok(!/^[0-9a-e][0-9a-z]{24}$/.test(given))
      else assert.equal(encodeBase36(uuid), given)
    }),
  )
})

test('malformed text is null, never an error', () => {
  for (const text of [
    '',
    'a',
    'z'.repeat(25),
    'A'.repeat(25),
    '0'.repeat(24),
    '0'.repeat(26),
    `${'0'.repeat(24)}\n`,
  ]) {
    assert.equal(decodeBase36(text), null, JSON.stringify(text))
  }
  for (const text of ['', 'x', '0'.repeat(32), '{00000000-0000-0000-0000-000000000000}']) {
    assert.equal(encodeBase36(text), null, JSON.stringify(text))
  }
})

test('new ids are different, ordered and carry their time', () => {
  const before = Date.now()
  const ids = Array.from({ length: 2_000 }, newId)
  const after = Date.now()
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual([...ids].sort(), ids)
  for (const id of ids) {
    assert.ok(isUuid(id))
    const time = idTime(id)?.getTime() ?? 0
    assert.ok(time >= before && time <= after)
  }
})

test('only a UUIDv7 has a time', () => {
  assert.equal(idTime('2f1b2c4e-6f0a-4a66-8f7e-111111111111'), null)
  assert.equal(idTime('nonsense'), null)
  assert.deepEqual(idTime('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'), new Date(1645557742000))
})
