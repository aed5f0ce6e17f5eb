import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from '../refusal.ts'
import { encodeCommand, parseCommand } from './command.ts'

const argument = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))

test('a command is read once it is whole, not before, and not past its end', () => {
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 10 }), fc.uint8Array({ maxLength: 20 }), (args, after) => {
      const command = encodeCommand(args)
      for (let length = 0; length < command.length; length += 1) {
        assert.equal(parseCommand(command.subarray(0, length)), undefined)
      }
      const parsed = parseCommand(Buffer.concat([command, after]))
      assert.equal(parsed?.length, command.length)
      assert.deepEqual(parsed?.value, args)
    }),
  )
})

test('a line is split as Redis splits it', () => {
  const cases: [string, string[]][] = [
    ['AUTH me secret\r\n', ['AUTH', 'me', 'secret']],
    ['  auth\t me  \n', ['auth', 'me']],
    ['set a "b c\\x41\\n\\"" \'it\\\'s\'\r\n', ['set', 'a', 'b cA\n"', "it's"]],
    ['\r\n', []],
    ['set "" x\r\n', ['set', '', 'x']],
  ]
  for (const [line, args] of cases) {
    const parsed = parseCommand(Buffer.from(`${line}rest`))
    assert.deepEqual(parsed?.value.map(String), args)
    assert.equal(parsed?.length, line.length)
  }
})

test('what Redis refuses before a login is refused in its words', () => {
  const cases: [string, RegExp][] = [
    ['set "a\r\n', /unbalanced quotes/],
    ['set "a"b\r\n', /unbalanced quotes/],
    ['*x\r\n', /invalid multibulk length/],
    ['*11\r\n', /unauthenticated multibulk length/],
    ['*1\r\n+PING\r\n', /expected '\$', got '\+'/],
    ['*1\r\n$20000\r\n', /unauthenticated bulk length/],
    ['*1\r\n$-1\r\n', /invalid bulk length/],
    ['*123456789012345678901234567890', /invalid multibulk length/],
    [`*1\r\n$${'1'.repeat(30)}`, /invalid bulk length/],
    ['x'.repeat(70_000), /too big inline request/],
  ]
  for (const [bytes, message] of cases) {
    assert.throws(() => parseCommand(Buffer.from(bytes)), {
      name: 'Refusal',
      kind: 'protocol-violation',
      message,
    })
  }
})

test('garbage is waited for or refused, never anything else', () => {
  const start = fc.constantFrom('', '*', '*1\r\n', '*2\r\n$3\r\n', "'", '"\\x')
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 60 }), (before, bytes) => {
      const all = Buffer.concat([Buffer.from(before), bytes])
      try {
        const parsed = parseCommand(all)
        if (parsed) assert.ok(parsed.length <= all.length)
      } catch (error) {
        assert.ok(error instanceof Refusal, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
