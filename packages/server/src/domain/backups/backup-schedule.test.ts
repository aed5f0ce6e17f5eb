import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CroftError } from '../../platform/errors/index.ts'
import { checkSchedule, dueTick, jitterOf, readCron, ticksOf } from './backup-schedule.ts'

const faultOf = (pattern: string): string | null => {
  try {
    checkSchedule(pattern)
    return null
  } catch (error) {
    assert.ok(error instanceof CroftError && error.code === 'invalid-input', String(error))
    return error.fields?.[0]?.message ?? ''
  }
}

test('a schedule is a cron expression that comes, and not too often', () => {
  for (const pattern of ['0 3 * * *', '*/10 * * * *', '0 0 29 2 *', '15,45 * * * mon-fri', '0 0 L * *']) {
    assert.equal(faultOf(pattern), null, pattern)
  }
  for (const pattern of ['', 'soon', '61 * * * *', '* * * * * *', '@daily', '0 3 * *', '0 3 * * * 2030']) {
    assert.match(faultOf(pattern) ?? '', /five fields/, pattern)
  }
  for (const pattern of ['* * * * *', '*/9 * * * *', '0,5 3 * * *', '58,2 * * * *']) {
    assert.match(faultOf(pattern) ?? '', /ten minutes/, pattern)
  }
  assert.match(faultOf('0 0 31 2 *') ?? '', /comes/)
})

test('databases are spread over a tenth of the interval, at most an hour', () => {
  const daily = ticksOf(readCron('0 3 * * *'), new Date('2026-03-04T12:00:00Z'))
  assert.deepEqual(daily, {
    latest: new Date('2026-03-04T03:00:00Z'),
    before: new Date('2026-03-03T03:00:00Z'),
    spreadMs: 3_600_000,
  })
  assert.equal(ticksOf(readCron('0 * * * *'), new Date('2026-03-04T12:00:00Z'))?.spreadMs, 360_000)
  const turns = Array.from({ length: 1000 }, (_, index) => jitterOf(`database ${index}`, 3_600_000))
  assert.ok(turns.every((turn) => turn >= 0 && turn < 3_600_000))
  // Every tenth of the hour gets its share.
  for (let part = 0; part < 10; part++) {
    const share = turns.filter((turn) => Math.floor(turn / 360_000) === part).length
    assert.ok(share > 50 && share < 150, `${share} of 1000 in part ${part}`)
  }
})

test('a time of the schedule itself has come', () => {
  const at = new Date('2026-03-04T03:00:00.000Z')
  assert.deepEqual(ticksOf(readCron('0 3 * * *'), at)?.latest, at)
  assert.deepEqual(
    ticksOf(readCron('0 3 * * *'), new Date(at.getTime() - 1))?.latest,
    new Date('2026-03-03T03:00:00.000Z'),
  )
})

test('every time of a schedule is due once, whenever it is looked', () => {
  const cron = readCron('0 */6 * * *')
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 300, maxLength: 300 }),
      (id, pauses) => {
        let now = Date.parse('2026-01-01T00:00:00Z')
        let last = new Date(now)
        for (const minutes of pauses) {
          now += minutes * 60_000
          const ticks = ticksOf(cron, new Date(now))
          assert.ok(ticks)
          const due = dueTick(ticks, id, new Date(now))
          if (!due || due <= last) continue
          assert.ok(due.getTime() + jitterOf(id, ticks.spreadMs) <= now || due < ticks.latest)
          last = due
        }
        // Whatever was missed, the newest time whose turn has come is what was seen to last.
        assert.ok(now - last.getTime() < 6 * 3_600_000 + 36 * 60_000 + 600 * 60_000)
      },
    ),
    { numRuns: 20 },
  )
})
