import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AgentFault } from '../fault.ts'
import { coverLog } from './cover-log.ts'
import type { Piece } from './piece-key.ts'

/** A log cut at random, with some runs merged and some of what was merged still there, in any order. */
const logs = fc
  .record({
    cuts: fc.array(
      fc.record({ bytes: fc.integer({ min: 1, max: 50 }), ms: fc.integer({ min: -30, max: 60 }) }),
      { minLength: 1, maxLength: 30 },
    ),
    merges: fc.array(
      fc.record({ from: fc.nat(29), count: fc.integer({ min: 2, max: 8 }), stay: fc.boolean() }),
      {
        maxLength: 4,
      },
    ),
    seed: fc.integer(),
  })
  .map(({ cuts, merges, seed }) => {
    let at = 1000n
    let coversUntil = 10_000
    const whole: Piece[] = cuts.map(({ bytes, ms }) => {
      const piece = { start: at, end: at + BigInt(bytes), coversUntil: coversUntil + ms }
      at = piece.end
      coversUntil = piece.coversUntil
      return piece
    })
    let stored = [...whole]
    for (const { from, count, stay } of merges) {
      const run = whole.slice(from, from + count)
      const [first] = run
      const last = run.at(-1)
      if (!first || !last || run.length < 2) continue
      if (!stay) stored = stored.filter((piece) => !run.includes(piece))
      stored.push({ ...last, start: first.start })
    }
    // An overlapping merge may have removed what another one needs: then it is a hole, which other tests are about.
    stored.push(
      ...whole.filter((one) => !stored.some((piece) => piece.start <= one.start && piece.end >= one.end)),
    )
    return { whole, stored: shuffled(stored, seed), end: at }
  })

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(seed + index, 2654435761) >>> 0 }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

function assertGapless(pieces: readonly Piece[], from: bigint): bigint {
  let at = from
  for (const piece of pieces) {
    assert.ok(piece.start <= at && piece.end > at, 'no gap, and nothing in vain')
    at = piece.end
  }
  return at
}

test('a cover is gapless from anywhere, to the end or one piece past the last that was sent by a time', () => {
  fc.assert(
    fc.property(
      logs,
      fc.nat(1000),
      fc.integer({ min: 9000, max: 12_000 }),
      ({ whole, stored, end }, skip, moment) => {
        const from = 1000n + (BigInt(skip) % (end - 1000n))
        for (const until of [{ type: 'latest' }, { type: 'mark', id: 'r' }] as const) {
          const cover = coverLog(stored, from, until)
          assert.equal(assertGapless(cover.pieces, from), end)
          assert.equal(cover.end, end)
        }
        const cover = coverLog(stored, from, { type: 'time', at: new Date(moment).toISOString() })
        assert.equal(assertGapless(cover.pieces, from), cover.end)
        const last = whole.findLastIndex((piece) => piece.coversUntil <= moment && piece.end > from)
        // A merged piece has the time of its last part only: where a clock was put back within it, that is all there is.
        const merged = whole.some((one) => !stored.includes(one))
        const sent =
          merged && whole.some((one, index) => one.coversUntil < (whole[index - 1]?.coversUntil ?? 0))
            ? undefined
            : whole[last]
        if (sent) assert.ok(cover.end >= sent.end, 'all that was sent by then')
        const past = whole[last + 1]
        if (sent && past) assert.ok(cover.end >= past.end, 'and what shows that there is more')
      },
    ),
    { numRuns: 500 },
  )
})

test('a hole is told with its place, and does not matter behind the end', () => {
  const piece = (start: number, end: number, coversUntil: number) => ({
    ...{ start: BigInt(start), end: BigInt(end), coversUntil },
  })
  const pieces = [piece(0, 10, 1000), piece(10, 20, 2000), piece(30, 40, 3000), piece(40, 50, 4000)]
  const at = (ms: number) => ({ type: 'time' as const, at: new Date(ms).toISOString() })
  assert.equal(coverLog(pieces, 0n, at(1500)).end, 20n)
  const broken = (error: unknown) => {
    assert.ok(error instanceof AgentFault && error.code === 'archive-broken')
    assert.match(error.message, /hole from 0\/14 to 0\/1E; .*1970-01-01T00:00:02.000Z/)
    return true
  }
  assert.throws(() => coverLog(pieces, 0n, at(2500)), broken)
  // What was sent soon after the first that is later may hold commits from before.
  const close = [...pieces.slice(0, 2), piece(20, 30, 2900), piece(30, 40, 4000), piece(40, 50, 4001)]
  assert.equal(coverLog(close, 0n, at(1500)).end, 40n)
  // A clock that was put back: the last that does not reach it counts.
  const back = [piece(0, 10, 9000), piece(10, 20, 2000), piece(20, 30, 2500), piece(30, 40, 9000)]
  assert.equal(coverLog(back, 0n, at(2200)).end, 30n)
  assert.throws(() => coverLog(pieces, 0n, { type: 'latest' }), broken)
  assert.throws(() => coverLog(pieces.slice(1), 0n, { type: 'latest' }), { code: 'archive-broken' })
  assert.equal(coverLog(pieces, 30n, { type: 'latest' }).end, 50n)
  // Behind the end of what is archived nothing is missing.
  assert.deepEqual(coverLog(pieces, 50n, { type: 'latest' }), { pieces: [], end: 50n, coversUntil: null })
  assert.deepEqual(coverLog([], 5n, at(1)), { pieces: [], end: 5n, coversUntil: null })
})
