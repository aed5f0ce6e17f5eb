import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/fake-host.ts'
import { createLagWatch } from './lag-watch.ts'

const MIB = 1024 * 1024

function setUp() {
  const clock = createFakeClock()
  const seen: string[] = []
  const now = { since: null as number | null, bytes: 0 }
  const watch = createLagWatch({
    clock,
    since: () => now.since,
    bytes: () => now.bytes,
    onLag: (state) => void seen.push(state),
  })
  const set = (since: number | null, bytes: number) => {
    Object.assign(now, { since, bytes })
    watch.look()
  }
  return { clock, seen, set, watch }
}

test('a change that waits for ten seconds is told once, then now and then, and that it is over', async () => {
  const { clock, seen, set, watch } = setUp()
  set(clock.now(), 1)
  await clock.advance(9000)
  assert.deepEqual(seen, [])
  await clock.advance(1000)
  assert.deepEqual(seen, ['began'])
  assert.equal(watch.lagging, true)
  await clock.advance(20_000)
  assert.deepEqual(seen, ['began', 'lasts', 'lasts'])
  set(null, 0)
  assert.deepEqual(seen.slice(3), ['ended'])
  await clock.advance(60_000)
  assert.equal(seen.length, 4)
})

test('changes that are stored in time are none, however long they go on', async () => {
  const { clock, seen, set } = setUp()
  for (let n = 0; n < 20; n++) {
    set(clock.now(), 1000)
    await clock.advance(2000)
  }
  assert.deepEqual(seen, [])
})

test('very many bytes are told at once, and are over when few are left, not before', () => {
  const { clock, seen, set } = setUp()
  set(clock.now(), 65 * MIB)
  set(clock.now(), 60 * MIB)
  set(clock.now(), 9 * MIB)
  assert.deepEqual(seen, ['began'])
  set(clock.now(), 8 * MIB)
  assert.deepEqual(seen, ['began', 'ended'])
})
