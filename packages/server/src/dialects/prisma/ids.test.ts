import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CroftError } from '../../platform/errors/index.ts'
import { createIdReader, KINDS, type Kind, parseId, showId } from './ids.ts'

const kinds = Object.keys(KINDS) as Kind[]
const anyKind = fc.constantFrom(...kinds)

test('every UUID comes back from its id, with and without the prefix', () => {
  fc.assert(
    fc.property(anyKind, fc.uuid(), (kind, uuid) => {
      const id = showId(kind, uuid)
      assert.equal(parseId(kind, id), uuid)
      assert.equal(parseId(kind, id.slice(KINDS[kind].prefix.length + 1)), uuid)
    }),
  )
})

test('ids have the form that clients check for', () => {
  fc.assert(
    fc.property(anyKind, fc.uuid(), (kind, uuid) => {
      assert.match(showId(kind, uuid), /^[a-z]+_([cC][^\s-]{8,}|[a-z0-9]+)$/)
    }),
  )
})

test('a text is an id in one spelling only, or none', () => {
  fc.assert(
    fc.property(anyKind, fc.string({ maxLength: 40 }), (kind, text) => {
      const uuid = parseId(kind, text)
      if (uuid !== null) assert.ok(showId(kind, uuid).endsWith(text))
    }),
  )
})

test('the prefix of another kind is not accepted', () => {
  const uuid = '0198f3a0-1111-7000-8000-000000000006'
  for (const kind of kinds) {
    for (const other of kinds) {
      if (kind !== other) assert.equal(parseId(kind, showId(other, uuid)), null, `${other} as ${kind}`)
    }
  }
})

test('a reader throws the not-found of the kind and remembers what was asked for', () => {
  const ids = createIdReader()
  const refusal = (error: unknown) => error instanceof CroftError && error.code === 'database-not-found'
  assert.throws(() => ids.read('database', 'db_!'), refusal)
  assert.deepEqual(ids.named('database-not-found'), { word: 'database', id: 'db_!' })
  assert.throws(() => ids.read('database', 'db_?'), refusal)
  assert.deepEqual(ids.named('database-not-found'), { word: 'database', id: null })
  assert.equal(ids.named('forbidden'), null)
})
