import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fallAsleep, find, NEVER, onlyServer, ready } from '../../test/instance-steps.ts'
import { levelOf } from './storage-quota.ts'

const MB = 1024 * 1024
const withQuota = (storageBytes: number) => ({ size: 'nano', memoryMb: 1, settings: {}, storageBytes })

test('the level follows the size, with room between full and free', () => {
  assert.equal(levelOf('free', 99, 100, 0), 'free')
  assert.equal(levelOf('free', 100, 100, 0), 'full')
  assert.equal(levelOf('full', 96, 100, 100), 'full')
  assert.equal(levelOf('full', 94, 100, 100), 'free')
  // A load that ran beyond it before anybody looked is not held against anybody.
  assert.equal(levelOf('free', 900 * MB, 100 * MB, 0), 'full')
  assert.equal(levelOf('full', 930 * MB, 100 * MB, 900 * MB), 'full')
  assert.equal(levelOf('full', 940 * MB, 100 * MB, 900 * MB), 'over')
  assert.equal(levelOf('over', 90 * MB, 100 * MB, 900 * MB), 'free')
})

test('a full database refuses writes until there is room, and again when it wakes', async (t) => {
  const fake = await ready(t)
  fake.want({ id: 'a', resources: withQuota(1000) })
  const first = onlyServer(fake)
  first.sizeBytes = 1000
  await fake.clock.advance(3000)
  await fake.until(() => first.refusesWrites)
  assert.equal(fake.observed.get('a')?.storageFull, true)
  assert.ok(fake.events.includes('instance.storage-full'))
  await find(fake, 'a').acquire(NEVER)

  fake.engine.sizeBytes = 1000
  await fallAsleep(fake)
  await find(fake, 'a').acquire(NEVER)
  const second = onlyServer(fake)
  await fake.until(() => second.refusesWrites)

  second.sizeBytes = 940
  await fake.clock.advance(3000)
  await fake.until(() => !second.refusesWrites)
  assert.equal(fake.observed.get('a')?.storageFull, undefined)
  assert.ok(fake.events.includes('instance.storage-free'))
})

test('who goes on writing is put out, and let in with a larger quota', async (t) => {
  const fake = await ready(t)
  fake.want({ id: 'a', resources: withQuota(100 * MB) })
  const server = onlyServer(fake)
  server.sizeBytes = 100 * MB
  await fake.clock.advance(3000)
  await fake.until(() => server.refusesWrites)
  server.sizeBytes = 140 * MB
  await fake.clock.advance(3000)
  await fake.until(() => fake.closedSessions.length > 0)
  await assert.rejects(find(fake, 'a').acquire(NEVER), /needs a larger quota/)
  fake.want({ id: 'a', resources: withQuota(200 * MB) })
  await find(fake, 'a').acquire(NEVER)
  await fake.clock.advance(3000)
  await fake.until(() => !server.refusesWrites)
})
