import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resources } from '@croft/protocol'
import { createFakeHost } from '../../test/fake-host.ts'
import { fallAsleep, find, NEVER, onlyServer, reached, ready } from '../../test/instance-steps.ts'

const of = (size: string, more: Partial<Resources> = {}): Resources => ({
  ...{ size, memoryMb: 2, settings: {} },
  ...more,
})

test('settings with which a server does not start leave it as it was, and say so', async (t) => {
  const fake = await ready(t)
  const before = onlyServer(fake)
  fake.engine.refusedSizes.add('bad')
  fake.want({ id: 'a', resources: of('bad') })
  await reached(fake, 'a', 2)
  assert.notEqual(onlyServer(fake), before)
  assert.equal(fake.observed.get('a')?.fault?.code, 'settings-refused')
  assert.match(fake.observed.get('a')?.fault?.message ?? '', /The fake does not start/)
  await find(fake, 'a').acquire(NEVER)

  // The start may have failed for another reason: while nobody uses the database it is tried again, but not for ever.
  const first = fake.engine.starts
  for (let time = 0; time < 30; time++) await fake.clock.advance(300_000)
  assert.equal(fake.observed.get('a')?.power, 'asleep')
  assert.ok(fake.engine.starts > first + 2, 'it was tried again')
  assert.ok(fake.engine.starts <= first + 12, `tried for ever: ${fake.engine.starts - first} starts`)
  const { starts } = fake.engine
  await find(fake, 'a').acquire(NEVER)
  assert.equal(fake.engine.starts, starts + 1, 'what was refused is not tried at each wake')

  fake.engine.refusedSizes.clear()
  fake.want({ id: 'a', resources: of('good') })
  await reached(fake, 'a', 3)
  assert.equal(fake.observed.get('a')?.fault, undefined)
})

test('what was refused is remembered after a restart of the agent, and forgotten when it is taken back', async (t) => {
  const fake = await ready(t)
  fake.engine.refusedSizes.add('bad')
  fake.want({ id: 'a', resources: of('bad') })
  await reached(fake, 'a', 2)
  await fake.restart()
  fake.relist()
  assert.equal(fake.observed.get('a')?.fault?.code, 'settings-refused')
  const { starts } = fake.engine
  await find(fake, 'a').acquire(NEVER)
  assert.equal(fake.engine.starts, starts + 1)
  fake.want({ id: 'a', resources: of('nano', { memoryMb: 1 }) })
  await reached(fake, 'a', 3)
  assert.equal(fake.engine.starts, starts + 1, 'it runs with these already')
  assert.equal(fake.observed.get('a')?.fault, undefined)
})

test('a sleeping server is woken to try its new settings before the revision counts as applied', async (t) => {
  const fake = await ready(t)
  await fallAsleep(fake)
  fake.engine.refusedSizes.add('bad')
  fake.want({ id: 'a', resources: of('bad') })
  await reached(fake, 'a', 2)
  assert.equal(fake.observed.get('a')?.fault?.code, 'settings-refused')
  await find(fake, 'a').acquire(NEVER)
})

test('limits that hold while it runs restart nothing', async (t) => {
  const fake = await ready(t)
  const before = onlyServer(fake)
  fake.want({ id: 'a', resources: of('nano', { memoryMb: 1, cpus: 0.5, storageBytes: 1e9 }) })
  await reached(fake, 'a', 2)
  assert.equal(onlyServer(fake), before)
})

test('a server that does not start with its old settings either tells the first fault', async (t) => {
  const fake = await ready(t)
  await fallAsleep(fake)
  fake.engine.failStarts = 2
  await assert.rejects(find(fake, 'a').acquire(NEVER), /The fake does not start/)
  fake.engine.failStarts = 0
})

test('what was refused once is tried again when it is chosen anew after something else', async (t) => {
  const fake = await ready(t)
  fake.engine.refusedSizes.add('bad')
  fake.want({ id: 'a', resources: of('bad') })
  await reached(fake, 'a', 2)
  fake.want({ id: 'a', resources: of('good') })
  await reached(fake, 'a', 3)
  // Memory was short then, say.
  fake.engine.refusedSizes.clear()
  fake.want({ id: 'a', resources: of('bad') })
  await reached(fake, 'a', 4)
  assert.equal(fake.observed.get('a')?.fault, undefined)
})

test('a server that goes on with its old settings keeps the memory that they need', async (t) => {
  const limits: number[] = []
  const fake = await createFakeHost(undefined, undefined, {
    limit: async (_place, _pid, { memoryMb }) => void limits.push(memoryMb),
    remove: async () => {},
    clear: async () => {},
  })
  t.after(() => fake.close())
  fake.want({ id: 'a', resources: of('nano', { memoryMb: 1000 }) })
  await reached(fake, 'a', 1)
  fake.engine.refusedSizes.add('bad')
  fake.want({ id: 'a', resources: of('bad', { memoryMb: 64, cpus: 1 }) })
  await reached(fake, 'a', 2)
  assert.equal(fake.observed.get('a')?.fault?.code, 'settings-refused')
  fake.want({ id: 'a', resources: of('bad', { memoryMb: 64, cpus: 2 }) })
  await reached(fake, 'a', 3)
  assert.deepEqual([...new Set(limits)], [1000])
})

test('a start that failed for another reason than the settings is not held against them', async (t) => {
  const fake = await ready(t)
  fake.engine.failStarts = 1
  fake.want({ id: 'a', resources: of('good') })
  await reached(fake, 'a', 2)
  assert.equal(fake.observed.get('a')?.fault?.code, 'settings-refused')
  for (let minute = 0; minute < 10; minute++) await fake.clock.advance(60_000)
  assert.equal(fake.observed.get('a')?.fault, undefined)
  assert.equal(fake.observed.get('a')?.power, 'asleep')
})
