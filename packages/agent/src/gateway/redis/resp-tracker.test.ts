import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cut } from '../../../test/cut.ts'
import { createRespTracker } from './resp-tracker.ts'

const text = fc.string({ maxLength: 20 }).map((value) => value.replaceAll(/[\r\n]/g, ''))
const bulk = (type: string) =>
  fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => Buffer.concat([Buffer.from(`${type}${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]))
const leaf = fc.oneof(
  fc
    .tuple(fc.constantFrom('+', '-', ':', '_', ',', '#', '('), text)
    .map(([type, value]) => Buffer.from(`${type}${value}\r\n`)),
  bulk('$'),
  bulk('='),
  bulk('!'),
  fc.constantFrom('$-1\r\n', '*-1\r\n', '*0\r\n', '%0\r\n').map((value) => Buffer.from(value)),
)
const { reply } = fc.letrec<{ reply: Buffer }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    aggregate(tie('reply'), 1),
    aggregate(tie('reply'), 2),
    withAttribute(tie('reply')),
  ),
}))

function aggregate(inner: fc.Arbitrary<Buffer>, each: 1 | 2): fc.Arbitrary<Buffer> {
  const types = each === 1 ? ['*', '~'] : ['%']
  return fc
    .tuple(
      fc.constantFrom(...types),
      fc.array(fc.array(inner, { minLength: each, maxLength: each }), { maxLength: 4 }),
    )
    .map(([type, parts]) => Buffer.concat([Buffer.from(`${type}${parts.length}\r\n`), ...parts.flat()]))
}

function withAttribute(inner: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(leaf, leaf, inner)
    .map(([key, value, answer]) => Buffer.concat([Buffer.from('|1\r\n'), key, value, answer]))
}

const push = fc
  .array(leaf, { maxLength: 3 })
  .map((parts) => Buffer.concat([Buffer.from(`>${parts.length + 1}\r\n+message\r\n`), ...parts]))
const cuts = fc.array(fc.nat(), { maxLength: 20 })

test('replies are told apart however the bytes are cut, and those that nobody asked for are not counted', () => {
  const one = fc.oneof(
    reply.map((bytes) => ({ bytes, asked: true })),
    push.map((bytes) => ({ bytes, asked: false })),
  )
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), cuts, (sent, at) => {
      const ends = new Set<number>()
      let end = 0
      for (const { bytes } of sent) {
        end += bytes.length
        ends.add(end)
      }
      const tracker = createRespTracker()
      let seen = 0
      for (const chunk of cut(Buffer.concat(sent.map(({ bytes }) => bytes)), at)) {
        assert.equal(tracker.push(chunk), chunk.length)
        seen += chunk.length
        assert.equal(tracker.atBoundary(), ends.has(seen))
      }
      assert.equal(tracker.count(), sent.filter(({ asked }) => asked).length)
    }),
  )
})

test('asked to, it stops at the end of the first reply', () => {
  fc.assert(
    fc.property(reply, reply, fc.nat(), (first, second, place) => {
      const bytes = Buffer.concat([first, second])
      const before = place % first.length
      const tracker = createRespTracker()
      tracker.push(bytes.subarray(0, before))
      assert.equal(tracker.push(bytes.subarray(before), true), first.length - before)
      assert.ok(tracker.atBoundary())
    }),
  )
})

test('bytes that are no reply are counted by lines and never throw', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (chunks) => {
      const tracker = createRespTracker()
      for (const chunk of chunks) assert.ok(tracker.push(Buffer.from(chunk)) === chunk.length)
    }),
  )
})
