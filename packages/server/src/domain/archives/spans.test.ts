import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundsOf, type Reach, spanAt, spansOf } from './spans.ts'

const NOW = new Date('2026-05-10T12:00:00Z')
const minutes = (n: number) => new Date(NOW.getTime() + n * 60_000)
const reach: Reach = {
  chain: 'a',
  startedAt: minutes(-60),
  baseKey: 'templates/1',
  trimmed: false,
  firstConsistentAt: null,
  state: 'streaming',
  archivedAt: minutes(-1),
  endedAt: null,
  isReplaced: false,
  hostConnected: true,
}
const spans = (...some: Partial<Reach>[]) =>
  spansOf(
    some.map((each) => ({ ...reach, ...each })),
    { now: NOW, since: null },
  )
const one = (some: Partial<Reach>) => spans(some).map(({ from, to }) => [from, to])

test('a chain that keeps up reaches from its base until now', () => {
  assert.deepEqual(one({}), [[minutes(-60), NOW]])
  assert.deepEqual(one({ state: 'complete' }), [[minutes(-60), NOW]])
  // What was reported of it may not hold any more.
  for (const behind of [
    { state: 'lagging' },
    { state: 'incomplete' },
    { hostConnected: false },
    { isReplaced: true },
    { endedAt: minutes(0) },
  ]) {
    assert.deepEqual(one(behind), [[minutes(-60), minutes(-1)]], JSON.stringify(behind))
  }
  // Much was written just now; it is archived before the restore begins.
  const seconds = (n: number) => new Date(NOW.getTime() + n * 1000)
  assert.deepEqual(one({ state: 'lagging', archivedAt: seconds(-4) }), [[minutes(-60), NOW]])
  assert.deepEqual(one({ state: 'lagging', archivedAt: seconds(-6) }), [[minutes(-60), seconds(-6)]])
  // Its host's clock is ahead.
  assert.deepEqual(one({ state: 'lagging', archivedAt: minutes(5) }), [[minutes(-60), NOW]])
})

test('a chain without its base is of use from its first backup on', () => {
  assert.deepEqual(one({ baseKey: null }), [])
  const backedUp = { firstConsistentAt: minutes(-30) }
  assert.deepEqual(one({ ...backedUp, baseKey: null }), [[minutes(-30), NOW]])
  assert.deepEqual(one({ ...backedUp, trimmed: true }), [[minutes(-30), NOW]])
  assert.deepEqual(one(backedUp), [[minutes(-60), NOW]])
  assert.deepEqual(one({ ...backedUp, baseKey: null, endedAt: minutes(0), archivedAt: minutes(-40) }), [])
})

test('retention cuts off what is older', () => {
  const of = (since: Date) => spansOf([reach], { now: NOW, since }).map(({ from, to }) => [from, to])
  assert.deepEqual(of(minutes(-10)), [[minutes(-10), NOW]])
  assert.deepEqual(of(minutes(-90)), [[minutes(-60), NOW]])
  const ended = { ...reach, endedAt: minutes(-20), archivedAt: minutes(-20) }
  assert.deepEqual(spansOf([ended], { now: NOW, since: minutes(-10) }), [])
})

test('of chains that overlap the newest is taken', () => {
  const found = spans(
    { chain: 'new', startedAt: minutes(-10) },
    { chain: 'old', startedAt: minutes(-60), endedAt: minutes(-9), archivedAt: minutes(-9) },
  )
  assert.deepEqual(
    found.map(({ chain }) => chain),
    ['old', 'new'],
  )
  assert.equal(spanAt(found, minutes(-9.5))?.chain, 'new')
  assert.equal(spanAt(found, minutes(-11))?.chain, 'old')
})

const moment = fc.integer({ min: -10_000, max: 10_000 }).map(minutes)
const anyReach: fc.Arbitrary<Reach> = fc.record({
  chain: fc.uuid(),
  startedAt: moment,
  baseKey: fc.option(fc.string()),
  trimmed: fc.boolean(),
  firstConsistentAt: fc.option(moment),
  state: fc.constantFrom('streaming', 'lagging', 'complete', 'incomplete'),
  archivedAt: moment,
  endedAt: fc.option(moment),
  isReplaced: fc.boolean(),
  hostConnected: fc.boolean(),
})
const anyReaches = fc.uniqueArray(anyReach, { selector: ({ chain }) => chain, maxLength: 8 })

test('spans are in order, never in the future, never before retention, and each has a base and an end', () => {
  fc.assert(
    fc.property(anyReaches, fc.option(moment), (reaches, since) => {
      const found = spansOf(reaches, { now: NOW, since })
      for (const [i, { chain, from, to }] of found.entries()) {
        const of = reaches.find((each) => each.chain === chain)
        assert.ok(of)
        assert.ok(from <= to && to <= NOW)
        assert.ok(since === null || from >= since)
        assert.ok(i === 0 || (found[i - 1]?.from ?? to) <= from)
        assert.ok((of.baseKey !== null && !of.trimmed) || of.firstConsistentAt !== null)
        // Beyond what is archived only while its host says that nothing waits there, or little.
        if (to > of.archivedAt) {
          assert.ok(of.hostConnected && of.endedAt === null && !of.isReplaced && of.state !== 'incomplete')
          if (of.state === 'lagging') assert.ok(to.getTime() - of.archivedAt.getTime() < 5000)
        }
      }
    }),
  )
})

test('a moment is in a span exactly if one of the chains alone holds it', () => {
  fc.assert(
    fc.property(anyReaches, moment, (reaches, at) => {
      const options = { now: NOW, since: null }
      const alone = reaches.filter((each) => {
        const [span] = spansOf([each], options)
        return span !== undefined && span.from <= at && at <= span.to
      })
      const span = spanAt(spansOf(reaches, options), at)
      assert.equal(span !== undefined, alone.length > 0)
      assert.ok(!span || alone.some(({ chain }) => chain === span.chain))
    }),
  )
})

test('bounds are the first and last moment of all spans', () => {
  assert.equal(boundsOf([]), null)
  fc.assert(
    fc.property(anyReaches, (reaches) => {
      const found = spansOf(reaches, { now: NOW, since: null })
      const bounds = boundsOf(found)
      assert.equal(bounds === null, found.length === 0)
      if (!bounds) return
      assert.equal(bounds.earliest.getTime(), Math.min(...found.map(({ from }) => from.getTime())))
      assert.equal(bounds.latest.getTime(), Math.max(...found.map(({ to }) => to.getTime())))
    }),
  )
})
