import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { createFakeHost, type FakeHost } from '../../test/fake-host.ts'

async function begin(t: TestContext): Promise<FakeHost> {
  const fake = await createFakeHost()
  t.after(() => fake.close())
  return fake
}

const chosen = { name: 'u_shop', verifier: 'v1', chosen: true }

function ready(fake: FakeHost, id: string) {
  return fake.until(() => {
    const seen = fake.observed.get(id)
    return seen?.status === 'ready' && seen.revision > 0 ? seen : undefined
  })
}

test('a database that is to have a port is ready with it, and keeps it over restarts', async (t) => {
  const fake = await begin(t)
  fake.want({ id: 'a', ownPort: true, roles: [chosen] })
  const { port } = await ready(fake, 'a')
  assert.equal(port, 7500)
  assert.ok(fake.gateway.listening.has(7500))
  await fake.restart()
  assert.equal(fake.instances.observed()[0]?.port, 7500)
  await fake.until(() => fake.gateway.listening.has(7500))
  fake.want({ id: 'b', ownPort: true })
  assert.equal((await ready(fake, 'b')).port, 7501)
})

test('a chosen name leads to its database on its own port only', async (t) => {
  const fake = await begin(t)
  const random = { name: 'random', verifier: 'v1' }
  fake.want({ id: 'a', ownPort: true, roles: [chosen] })
  fake.want({ id: 'b', ownPort: true, roles: [random, chosen] })
  const ports = [await ready(fake, 'a'), await ready(fake, 'b')].map(({ port = 0 }) => port)
  const [a, b] = ports.map((port) => fake.gateway.listening.get(port))
  assert.equal(a?.find('u_shop')?.instanceId, 'a')
  assert.equal(b?.find('u_shop')?.instanceId, 'b')
  assert.equal(b?.find('random')?.instanceId, 'b')
  assert.equal(a?.find('random'), undefined)
  assert.equal(a?.only()?.user, 'u_shop')
  assert.equal(b?.only(), undefined)
  const shared = fake.instances.routes('fake')
  assert.equal(shared.find('u_shop'), undefined)
  assert.equal(shared.find('random')?.instanceId, 'b')
  assert.equal(fake.instances.routes('other').find('random'), undefined)
})

test('one that is to have a port later gets it before its revision is applied', async (t) => {
  const fake = await begin(t)
  fake.want({ id: 'a' })
  assert.equal((await ready(fake, 'a')).port, undefined)
  const { revision } = fake.want({ id: 'a', ownPort: true })
  const seen = await fake.until(() => {
    const one = fake.observed.get('a')
    return one?.revision === revision ? one : undefined
  })
  assert.equal(seen.port, 7500)
  fake.want({ id: 'a', ownPort: false })
  await fake.until(() => fake.observed.get('a')?.port === undefined && !fake.gateway.listening.has(7500))
  fake.want({ id: 'a', ownPort: true })
  await fake.until(() => fake.observed.get('a')?.port === 7500)
  await fake.until(() => fake.gateway.listening.has(7500))
})

test('a port that another program has taken is a fault in words, tried again, and never another port', async (t) => {
  const fake = await begin(t)
  fake.want({ id: 'a', ownPort: true })
  await ready(fake, 'a')
  fake.gateway.taken.add(7500)
  await fake.restart()
  const fault = await fake.until(() => fake.observed.get('a')?.fault)
  assert.equal(fault.code, 'port-taken')
  assert.match(fault.message, /Port 7500/)
  assert.equal(fake.observed.get('a')?.port, 7500)
  assert.equal(fake.observed.get('a')?.status, 'ready')
  fake.gateway.taken.clear()
  await fake.clock.advance(3000)
  await fake.until(() => fake.observed.get('a')?.fault === undefined)
  assert.ok(fake.gateway.listening.has(7500))
})

test('without a free port a database is not made, and is once there is one', async (t) => {
  const fake = await begin(t)
  for (const id of ['a', 'b', 'c', 'd']) fake.want({ id, ownPort: true })
  for (const id of ['a', 'b', 'c']) await ready(fake, id)
  const failed = await fake.until(() => fake.observed.get('d')?.failedEpoch)
  assert.equal(failed.fault.code, 'ports-used-up')
  const { port } = await ready(fake, 'b')
  fake.want({ id: 'b', presence: 'absent' })
  await fake.until(() => fake.observed.get('b')?.status === 'absent')
  await fake.clock.advance(10_000)
  assert.equal((await ready(fake, 'd')).port, port)
})

test('a removed database listens no more, and one that nobody knows does not either', async (t) => {
  const fake = await begin(t)
  fake.want({ id: 'a', ownPort: true })
  fake.want({ id: 'b', ownPort: true })
  await ready(fake, 'a')
  await ready(fake, 'b')
  fake.want({ id: 'a', presence: 'absent' })
  await fake.until(() => fake.observed.get('a')?.status === 'absent')
  assert.deepEqual([...fake.gateway.listening.keys()], [7501])
  fake.instances.apply({ type: 'desired', full: true, instances: [] })
  await fake.until(() => fake.gateway.listening.size === 0)
})

test('a port is told only once it is on disk', async (t) => {
  const fake = await begin(t)
  fake.want({ id: 'a', ownPort: true })
  const { port } = await fake.until(() => {
    const seen = fake.observed.get('a')
    return seen?.port === undefined ? undefined : seen
  })
  const text = await readFile(fake.stateFile('a'), 'utf8')
  assert.equal(JSON.parse(text).port, port)
})
