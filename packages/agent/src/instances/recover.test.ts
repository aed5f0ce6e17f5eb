import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fallAsleep, find, NEVER, onlyServer, reached, ready } from '../../test/instance-steps.ts'

test('what nobody lists any more sleeps, keeps its data, and comes back when it is listed', async (t) => {
  const fake = await ready(t)
  fake.instances.apply({ type: 'desired', full: true, instances: [] })
  await fake.until(() => fake.engine.servers.size === 0)
  assert.deepEqual(fake.events, ['instance.unknown'])
  assert.equal(fake.instances.routes('fake').find('user_of_a'), undefined)
  await assert.rejects(find(fake, 'a').acquire(NEVER), { code: 'instance-unknown' })
  assert.equal((await fake.onDisk()).data.length, 1)
  fake.want({ id: 'a' })
  await reached(fake, 'a', 2)
  await fake.instances.routes('fake').find('user_of_a')?.acquire(NEVER)
})

test('after a restart everything sleeps until it is wanted, and no unnamed data is left', async (t) => {
  const fake = await ready(t, { servers: 2, directories: 2 })
  await fake.clock.advance(1000)
  await fake.until(() => fake.engine.servers.size === 3)
  await fake.restart()
  assert.equal((await fake.onDisk()).data.length, 1)
  assert.equal(fake.instances.observed()[0]?.power, 'asleep')
  await fake.instances.routes('fake').find('user_of_a')?.acquire(NEVER)
})

test('a damaged state is left alone, with all data that it may name', async (t) => {
  const fake = await ready(t)
  const path = join(dirname(dirname(onlyServer(fake).directory)), 'instances', 'a', 'instance.json')
  const good = await readFile(path, 'utf8')
  await writeFile(path, good.slice(0, 40))
  await fake.restart()
  assert.equal((await fake.onDisk()).data.length, 1)
  assert.equal(fake.events.at(-1), 'instance.unknown')
  fake.want({ id: 'a' })
  assert.equal(fake.observed.get('a')?.status, 'failed')
  assert.equal((await fake.onDisk()).data.length, 1)
})

test('an instance whose state was never written is none, and its half-made data goes', async (t) => {
  const fake = await ready(t)
  const root = dirname(dirname(onlyServer(fake).directory))
  for (const name of ['never', 'half']) await mkdir(join(root, 'instances', name))
  await writeFile(join(root, 'instances', 'half', 'instance.json.partial'), '{')
  await mkdir(join(root, 'data', 'nameless'))
  await fake.restart()
  assert.deepEqual((await fake.onDisk()).instances, ['a'])
  assert.equal((await fake.onDisk()).data.length, 1)
  assert.ok(!fake.events.includes('instance.unknown'))
  fake.want({ id: 'half' })
  await reached(fake, 'half', 1)
})

test('a mark on disk that could not be taken back keeps its server from running', async (t) => {
  const fake = await ready(t)
  const data = dirname(onlyServer(fake).directory)
  await fallAsleep(fake)
  // A directory where the new state would be written first: no state can be saved.
  const inTheWay = join(dirname(data), 'instances', 'a', 'instance.json.partial')
  await mkdir(inTheWay)
  await assert.rejects(find(fake, 'a').acquire(NEVER), { code: 'server-start-failed' })
  assert.equal(fake.engine.servers.size, 0)
  await rm(inTheWay, { recursive: true })
  await find(fake, 'a').acquire(NEVER)
  await fake.restart()
  assert.equal(find(fake, 'a').restingMark, null)
})

test('a mark does not outlive the next start', async (t) => {
  const fake = await ready(t)
  await fallAsleep(fake)
  assert.ok(find(fake, 'a').restingMark)
  await find(fake, 'a').acquire(NEVER)
  await fake.restart()
  assert.equal(find(fake, 'a').restingMark, null)
})
