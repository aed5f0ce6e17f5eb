import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CroftError } from '../../platform/errors/index.ts'
import { parseQuantity, readQuantity } from './quantity.ts'

test('quantities are read as Kubernetes writes them', () => {
  const examples: [string, number][] = [
    ['0.75', 0.75],
    ['750m', 0.75],
    ['.5', 0.5],
    ['5.', 5],
    ['+2', 2],
    ['1500M', 1.5e9],
    ['2Gi', 2 ** 31],
    ['0.5Ki', 512],
    ['5e9', 5e9],
    ['1E3', 1000],
    ['1E', 1e18],
    ['1Ei', 2 ** 60],
    ['100u', 1e-4],
    ['7n', 7e-9],
  ]
  for (const [text, value] of examples) assert.equal(parseQuantity(text), value, text)
})

test('what is no quantity is refused', () => {
  const wrong = [
    '',
    ' ',
    '.',
    '-1',
    '1 Gi',
    '1gi',
    '1KI',
    '1K',
    '1GB',
    'Gi',
    '0x10',
    '1e',
    '1e999',
    'Infinity',
    '1,5',
  ]
  for (const text of [...wrong, '9'.repeat(41)]) {
    assert.equal(readQuantity(text), null, text)
    assert.throws(
      () => parseQuantity(text),
      (error) => error instanceof CroftError && error.code === 'not-applicable',
    )
  }
})

const digits = fc.nat(10 ** 9)

test('the same amount is the same number, however it is written', () => {
  fc.assert(
    fc.property(digits, (n) => {
      assert.equal(parseQuantity(`${n}Ki`), n * 1024)
      assert.equal(parseQuantity(`${n}m`), parseQuantity(`${n}e-3`))
      assert.equal(
        parseQuantity(`${n}m`),
        parseQuantity(`${Math.floor(n / 1000)}.${String(n % 1000).padStart(3, '0')}`),
      )
      assert.equal(parseQuantity(`${n}Mi`), parseQuantity(`${n * 1024}Ki`))
      assert.equal(parseQuantity(`${n}.1Gi`), parseQuantity(String(Number(`${n}.1`) * 2 ** 30)))
      assert.equal(parseQuantity(`${n}G`), parseQuantity(`${n}000M`))
    }),
  )
})

test('more is more, whatever the unit', () => {
  const unit = fc.constantFrom(
    'n',
    'u',
    'm',
    '',
    'k',
    'M',
    'G',
    'T',
    'P',
    'E',
    'Ki',
    'Mi',
    'Gi',
    'Ti',
    'Pi',
    'Ei',
  )
  fc.assert(
    fc.property(digits, fc.integer({ min: 1, max: 1000 }), unit, (n, more, of) => {
      assert.ok(parseQuantity(`${n + more}${of}`) > parseQuantity(`${n}${of}`))
    }),
  )
})

test('any text is a finite number from zero on, or none', () => {
  const near = fc.stringMatching(/^[-+.0-9eEkKMGimnu ]{0,12}$/)
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      const value = readQuantity(text)
      assert.ok(value === null || (Number.isFinite(value) && value >= 0))
    }),
  )
})
