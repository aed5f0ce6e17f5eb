import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createGathering } from './gathering.ts'

/** Commits at positions, acknowledged at moments; a server that sends its log late, a few bytes at a time. */
const history = fc.record({
  commits: fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 50 }), ms: fc.nat(20) }), { maxLength: 30 }),
  sends: fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 80 }), ms: fc.nat(40) }), { maxLength: 30 }),
  cuts: fc.array(fc.boolean(), { maxLength: 30 }),
})

test('a piece covers a moment only when every commit before it lies before the piece’s end', () => {
  fc.assert(
    fc.property(history, ({ commits, sends, cuts }) => {
      let position = 0
      let clock = 1000
      const made = commits.map(({ bytes, ms }) => {
        position += bytes
        clock += ms
        return { end: position, at: clock }
      })
      const gathering = createGathering(0n, 0)
      let sent = 0
      let now = 1000
      for (const [index, { bytes, ms }] of sends.entries()) {
        now += ms
        // Durable by now is what was acknowledged by now.
        const durable = made.findLast(({ at }) => at <= now)?.end ?? 0
        const end = Math.min(durable, sent + bytes)
        if (end > sent) {
          const data = Buffer.alloc(end - sent)
          gathering.add({ start: BigInt(sent), data, serverEnd: BigInt(durable), sentAt: now }, now)
          sent = end
        }
        const piece = cuts[index] ? gathering.take()?.piece : undefined
        if (!piece) continue
        for (const commit of made) {
          const inside = BigInt(commit.end) <= piece.end
          assert.ok(inside || commit.at >= piece.coversUntil, `${commit.end} at ${commit.at} is missed`)
        }
      }
    }),
  )
})
