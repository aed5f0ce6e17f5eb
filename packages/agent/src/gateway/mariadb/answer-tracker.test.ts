import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AnswerTracker, createAnswerTracker } from './answer-tracker.ts'

const QUERY = 0x03
const MORE = 8
const IN_TRANSACTION = 1

const ok = (status: number) => Buffer.from([0, 1, 0, status, 0, 0, 0])
const eof = (status: number) => Buffer.from([0xfe, 0, 0, status, 0])
const okEof = (status: number) => Buffer.from([0xfe, 0, 0, status, 0, 0, 0])
const error = Buffer.from([0xff, 0x15, 4, 0x23, 0x32, 0x38, 0x30, 0x30, 0x30])
const definition = Buffer.from([3, 0x64, 0x65, 0x66, 0])
/** A binary row begins with a zero, a text row with any length, 0xfb being a null. */
const row = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 30 }).map((bytes) => Buffer.from([0, ...bytes])),
  fc.uint8Array({ minLength: 4, maxLength: 30 }).map((bytes) => Buffer.from([0xfb, ...bytes])),
)

/** One result of a statement, without what says whether another follows. */
type Result = { rows: Buffer[]; columns: number } | 'ok' | 'error'
const result: fc.Arbitrary<Result> = fc.oneof(
  fc.constantFrom('ok' as const, 'error' as const),
  fc.record({ rows: fc.array(row, { maxLength: 5 }), columns: fc.integer({ min: 1, max: 300 }) }),
)

function packetsOf(found: Result, status: number, deprecateEof: boolean): Buffer[] {
  if (found === 'ok') return [ok(status)]
  if (found === 'error') return [error]
  const count = found.columns < 251 ? [found.columns] : [0xfc, found.columns & 0xff, found.columns >>> 8]
  const definitions = Array.from({ length: found.columns }, () => definition)
  const middle = deprecateEof ? [] : [eof(0)]
  return [
    Buffer.from(count),
    ...definitions,
    ...middle,
    ...found.rows,
    deprecateEof ? okEof(status) : eof(status),
  ]
}

function give(tracker: AnswerTracker, payload: Buffer, sequence = 1) {
  tracker.answer({ first: payload.subarray(0, 24), length: payload.length, sequence })
}

function ask(tracker: AnswerTracker, ...payload: number[]) {
  tracker.command({ first: Buffer.from(payload), length: payload.length, sequence: 0 })
}

test('an answer is over with its last packet and not before, whatever its results', () => {
  fc.assert(
    fc.property(
      fc.array(result, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      (given, deprecate, open) => {
        const last = given.indexOf('error')
        const results = last < 0 ? given : given.slice(0, last + 1)
        const status = open ? IN_TRANSACTION : 0
        const packets = results.flatMap((one, n) =>
          packetsOf(one, n < results.length - 1 ? MORE : status, deprecate),
        )
        const tracker = createAnswerTracker(deprecate)
        ask(tracker, QUERY)
        for (const packet of packets) {
          assert.ok(tracker.busy())
          assert.equal(tracker.settled(), false)
          give(tracker, packet)
        }
        assert.ok(tracker.settled())
        assert.equal(tracker.busy(), last < 0 && open)
      },
    ),
  )
})

test('a prepared statement is answered with its definitions', () => {
  for (const deprecate of [false, true]) {
    const tracker = createAnswerTracker(deprecate)
    ask(tracker, 0x16)
    // A statement's OK: its id, two columns, one parameter.
    give(tracker, Buffer.from([0, 1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0]))
    const rest = deprecate
      ? [definition, definition, definition]
      : [definition, eof(0), definition, definition, eof(0)]
    for (const packet of rest) {
      assert.ok(tracker.busy())
      give(tracker, packet)
    }
    assert.equal(tracker.busy(), false)
    ask(tracker, 0x16)
    give(tracker, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    assert.equal(tracker.busy(), false)
  }
})

test('commands without an answer are not waited for, and several may be under way', () => {
  const tracker = createAnswerTracker(true)
  ask(tracker, 0x19, 1, 0, 0, 0)
  ask(tracker, 0x18, 1, 0, 0, 0)
  assert.equal(tracker.busy(), false)
  ask(tracker, 0x0e)
  ask(tracker, 0x09)
  give(tracker, ok(2))
  assert.ok(tracker.busy())
  give(tracker, Buffer.from('Uptime: 1'))
  assert.equal(tracker.busy(), false)
  assert.equal(tracker.quit(), false)
  ask(tracker, 0x01)
  assert.ok(tracker.quit())
})

test('a cursor is over with its definitions, and its rows come when they are fetched', () => {
  const tracker = createAnswerTracker(false)
  ask(tracker, 0x17)
  for (const packet of [Buffer.from([1]), definition]) give(tracker, packet)
  assert.ok(tracker.busy())
  give(tracker, eof(0x40))
  assert.equal(tracker.busy(), false)
  ask(tracker, 0x1c)
  give(tracker, Buffer.from([0, 0, 1, 2, 3]))
  assert.ok(tracker.busy())
  give(tracker, eof(0x80))
  assert.equal(tracker.busy(), false)
})

test('a change of user may be asked for another scramble', () => {
  const tracker = createAnswerTracker(true)
  ask(tracker, 0x11)
  give(tracker, Buffer.from('\xfemysql_native_password\0', 'latin1'))
  tracker.command({ first: Buffer.alloc(20), length: 20, sequence: 3 })
  assert.ok(tracker.busy())
  give(tracker, ok(2))
  assert.equal(tracker.busy(), false)
})
