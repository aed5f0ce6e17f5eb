import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fallAsleep, find, NEVER, onlyServer, reached, ready, setUp } from '../../test/instance-steps.ts'
import { AgentFault } from '../fault.ts'

test('a wish becomes a running server with its roles, and a route', async (t) => {
  const fake = await ready(t)
  assert.deepEqual(onlyServer(fake).roles, [{ name: 'user_of_a', verifier: 'v1' }])
  const route = fake.instances.routes('fake').find('user_of_a')
  assert.equal(route?.connectionLimit, 10)
  const lease = await route?.acquire(NEVER)
  assert.deepEqual(lease?.endpoint, onlyServer(fake).endpoint)
  assert.deepEqual(fake.observed.get('a'), {
    id: 'a',
    revision: 1,
    epoch: 1,
    status: 'ready',
    power: 'running',
  })
})

test('a started server of the pool is adopted and the pool fills up again', async (t) => {
  const fake = await setUp(t, { servers: 1, directories: 1 })
  await fake.clock.advance(200)
  await fake.until(() => fake.engine.servers.size === 1)
  const [warm] = fake.engine.servers
  fake.want({ id: 'a' })
  await reached(fake, 'a', 1)
  assert.equal(warm?.roles.length, 1)
  await fake.clock.advance(200)
  await fake.until(() => fake.engine.servers.size === 2)
})

test('a server that died in the pool is started once more', async (t) => {
  const fake = await setUp(t, { servers: 1, directories: 0 })
  await fake.clock.advance(200)
  await fake.until(() => fake.engine.servers.size === 1)
  fake.want({ id: 'a' })
  onlyServer(fake).crash()
  await reached(fake, 'a', 1)
})

test('a first server that is killed while it starts, more than once, is started again', async (t) => {
  const fake = await setUp(t)
  fake.engine.failStarts = 3
  fake.engine.startFault = new AgentFault('server-crashed', 'It was killed.')
  fake.want({ id: 'a' })
  const moving = setInterval(() => void fake.clock.advance(500), 5)
  t.after(() => clearInterval(moving))
  await reached(fake, 'a', 1)
  assert.equal(fake.observed.get('a')?.failedEpoch, undefined)
})

test('a first epoch that met a full disk says so, and is made when there is room', async (t) => {
  const fake = await setUp(t)
  fake.engine.failStarts = 1
  fake.engine.startFault = new AgentFault('disk-full', 'The disk is full.')
  fake.want({ id: 'a' })
  await fake.until(() => fake.observed.get('a')?.status === 'failed')
  assert.equal(fake.engine.starts, 1)
  await fake.clock.advance(11_000)
  await reached(fake, 'a', 1)
  assert.equal(fake.observed.get('a')?.failedEpoch, undefined)
})

test('it sleeps when nothing went through for long enough and nothing runs', async (t) => {
  const fake = await ready(t)
  onlyServer(fake).busy = 1
  await fake.clock.advance(70_000)
  assert.equal(fake.engine.servers.size, 1, 'a statement runs')
  onlyServer(fake).busy = 0
  fake.activity.set('a', fake.clock.now())
  await fake.clock.advance(50_000)
  assert.equal(fake.engine.servers.size, 1, 'there was traffic')
  await fake.clock.advance(20_000)
  await fake.until(() => fake.observed.get('a')?.power === 'asleep')
  // Known once it is on disk, a moment later.
  await fake.until(() => find(fake, 'a').restingMark !== null)
  assert.equal(find(fake, 'a').restingMark, 'mark of empty')
  assert.deepEqual(fake.events, ['instance.slept'])
  assert.equal(fake.usage.at(-1)?.operations, 5)
  assert.match(fake.closedSessions.join(), /goes to sleep/)
})

test('traffic in the last moment keeps it awake', async (t) => {
  const fake = await ready(t)
  const answer = Promise.withResolvers<void>()
  fake.engine.gates.activity = answer.promise
  await fake.clock.advance(62_000)
  fake.activity.set('a', fake.clock.now())
  answer.resolve()
  await fake.clock.advance(1000)
  assert.equal(fake.observed.get('a')?.power, 'running')
})

test('a session that says nothing does not keep it awake, a backup does', async (t) => {
  const fake = await ready(t)
  await find(fake, 'a').acquire(NEVER)
  const hold = await find(fake, 'a').hold(NEVER)
  await fake.clock.advance(200_000)
  assert.equal(fake.engine.servers.size, 1)
  hold.release()
  hold.release()
  await fallAsleep(fake)
})

test('0 never sleeps, and comes up by itself after a restart', async (t) => {
  const fake = await setUp(t)
  fake.want({ id: 'a', idleTimeoutSeconds: 0 })
  await reached(fake, 'a', 1)
  await fake.clock.advance(400_000)
  assert.equal(fake.engine.servers.size, 1)
  await fake.restart()
  await fake.until(() => fake.observed.get('a')?.power === 'running')
})

test('a session that outlives the stop’s patience leaves no mark: it might have written', async (t) => {
  const fake = await ready(t)
  onlyServer(fake).silent = 1
  await fake.clock.advance(70_000)
  await fallAsleep(fake)
  assert.equal(find(fake, 'a').restingMark, null)

  await find(fake, 'a').acquire(NEVER)
  const ended = Promise.withResolvers<void>()
  fake.engine.gates.sessions = ended.promise
  await fake.clock.advance(70_000)
  await fallAsleep(fake)
  assert.equal(find(fake, 'a').restingMark, null)
  ended.resolve()
})

test('an orderly stop that hangs is ended when there is no more time', async (t) => {
  const fake = await ready(t)
  fake.engine.gates.stop = new Promise(() => {})
  const closing = find(fake, 'a').close('orderly')
  await fake.until(() => fake.observed.get('a')?.power === 'stopping')
  assert.equal(fake.engine.servers.size, 1)
  await find(fake, 'a').close('at-once')
  await closing
  assert.equal(fake.engine.servers.size, 0)
})

test('a restore that the disk has no room for does not begin; the old data goes on', async (t) => {
  const fake = await ready(t)
  fake.backups.set('k', 'from a backup')
  fake.backupBytes = 2 ** 60
  const target = { type: 'directory', path: null } as const
  fake.want({ id: 'a', epoch: 2, origin: { type: 'backup', backupId: 'b', key: 'k', target } })
  const { failedEpoch, epoch } = await fake.until(() => {
    const seen = fake.observed.get('a')
    return seen?.failedEpoch ? seen : undefined
  })
  assert.equal(failedEpoch?.fault.code, 'disk-full')
  assert.equal(epoch, 1)
  assert.equal(fake.engine.servers.size, 1)
  assert.equal((await fake.onDisk()).data.length, 1)
})

test('who comes while it stops waits and gets a new server', async (t) => {
  const fake = await ready(t)
  const stop = Promise.withResolvers<void>()
  fake.engine.gates.stop = stop.promise
  await fake.clock.advance(62_000)
  await fake.until(() => fake.observed.get('a')?.power === 'stopping')
  const first = onlyServer(fake)
  const acquired = Promise.all([find(fake, 'a').acquire(NEVER), find(fake, 'a').acquire(NEVER)])
  stop.resolve()
  fake.engine.gates = {}
  await acquired
  assert.notEqual(onlyServer(fake), first)
  assert.equal(fake.engine.starts, 2, 'both got the same start')
})

test('a client that leaves while it wakes is not waited for', async (t) => {
  const fake = await ready(t)
  await fallAsleep(fake)
  const start = Promise.withResolvers<void>()
  fake.engine.gates.start = start.promise
  const leaving = new AbortController()
  const acquired = find(fake, 'a').acquire(leaving.signal)
  leaving.abort(new Error('left'))
  await assert.rejects(acquired, /left/)
  start.resolve()
  await fake.until(() => fake.observed.get('a')?.power === 'running')
})

test('a crashed server comes back, ever more slowly, and fast again after a healthy minute', async (t) => {
  const fake = await ready(t)
  onlyServer(fake).crash()
  await fake.until(() => fake.events.includes('instance.restarted'))
  assert.deepEqual(fake.events, ['instance.crashed', 'instance.restarted'])
  await fake.until(() => fake.engine.servers.size === 1)
  onlyServer(fake).crash()
  await fake.until(() => fake.observed.get('a')?.fault?.code === 'server-crashed')
  assert.equal(fake.engine.servers.size, 0, 'the second time it waits')
  await fake.clock.advance(900)
  assert.equal(fake.engine.servers.size, 0)
  await fake.clock.advance(200)
  await fake.until(() => fake.engine.servers.size === 1)
  assert.equal(fake.observed.get('a')?.fault, undefined)
  fake.activity.set('a', fake.clock.now() + 61_000)
  await fake.clock.advance(61_000)
  onlyServer(fake).crash()
  await fake.until(() => fake.engine.servers.size === 1)
})

test('a start that fails is told to who waits, and tried again for the next', async (t) => {
  const fake = await ready(t)
  await fallAsleep(fake)
  fake.engine.failStarts = 1
  await assert.rejects(find(fake, 'a').acquire(NEVER), { code: 'server-start-failed' })
  assert.equal(fake.observed.get('a')?.fault?.code, 'server-start-failed')
  await find(fake, 'a').acquire(NEVER)
  assert.equal(fake.observed.get('a')?.fault, undefined)
})

test('a changed role wakes a sleeping server, a changed timeout does not', async (t) => {
  const fake = await ready(t)
  await fallAsleep(fake)
  fake.want({ id: 'a', idleTimeoutSeconds: 30 })
  await reached(fake, 'a', 2)
  assert.equal(fake.observed.get('a')?.power, 'asleep')
  fake.want({ id: 'a', roles: [{ name: 'other', verifier: 'v2' }] })
  await reached(fake, 'a', 3)
  assert.deepEqual(onlyServer(fake).roles, [{ name: 'other', verifier: 'v2' }])
  assert.equal(fake.instances.routes('fake').find('user_of_a'), undefined)
  assert.ok(fake.instances.routes('fake').find('other'))
})

test('roles that cannot be applied are tried again after a pause', async (t) => {
  const fake = await ready(t)
  fake.engine.failRoles = 2
  fake.want({ id: 'a', roles: [] })
  await fake.until(() => fake.observed.get('a')?.fault !== undefined)
  assert.equal(fake.observed.get('a')?.revision, 1)
  await fake.until(() => fake.engine.failRoles === 0)
  assert.equal(fake.observed.get('a')?.revision, 1)
  await fake.clock.advance(0)
  await fake.clock.advance(1000)
  await reached(fake, 'a', 2)
  assert.equal(fake.observed.get('a')?.fault, undefined)
})

test('a new size restarts the server, but not under a backup', async (t) => {
  const fake = await ready(t)
  const hold = await find(fake, 'a').hold(NEVER)
  fake.want({ id: 'a', resources: { size: 'small', memoryMb: 2, settings: {} } })
  await reached(fake, 'a', 2)
  assert.equal(onlyServer(fake), hold.server)
  hold.release()
  await fake.until(() => fake.engine.servers.size === 1 && onlyServer(fake) !== hold.server)
  await find(fake, 'a').acquire(NEVER)
})

test('a restore in place changes over when the new server has answered', async (t) => {
  const fake = await ready(t)
  const before = onlyServer(fake)
  const gate = Promise.withResolvers<void>()
  fake.engine.gates.restore = gate.promise
  fake.backups.set('k', 'from a backup')
  const origin = {
    type: 'backup',
    backupId: 'b',
    key: 'k',
    target: { type: 'directory', path: null },
  } as const
  fake.want({ id: 'a', epoch: 2, origin })
  await find(fake, 'a').acquire(NEVER)
  assert.equal(onlyServer(fake), before, 'the old data serves meanwhile')
  fake.want({ id: 'a', roles: [{ name: 'user_of_a', verifier: 'rotated' }] })
  await fake.until(() => before.roles[0]?.verifier === 'rotated')
  gate.resolve()
  await fake.until(() => fake.observed.get('a')?.epoch === 2 && fake.engine.servers.size === 1)
  assert.equal(await onlyServer(fake).mark(), 'mark of from a backup')
  assert.equal(onlyServer(fake).roles[0]?.verifier, 'rotated')
  assert.match(fake.closedSessions.join(), /restored/)
  await fake.until(() => !existsSync(before.directory))
  assert.equal((await fake.onDisk()).data.length, 1)
})

test('a password rotated while the restored data takes over never opens it with its old value', async (t) => {
  const fake = await ready(t)
  const gate = Promise.withResolvers<void>()
  fake.engine.gates.sessions = gate.promise
  fake.backups.set('k', 'from a backup')
  const origin = {
    type: 'backup',
    backupId: 'b',
    key: 'k',
    target: { type: 'directory', path: null },
  } as const
  fake.want({ id: 'a', epoch: 2, origin })
  await fake.until(() => fake.closedSessions.length > 0)
  fake.want({ id: 'a', roles: [{ name: 'user_of_a', verifier: 'rotated' }] })
  const acquired = find(fake, 'a').acquire(NEVER)
  gate.resolve()
  const { endpoint } = await acquired
  const server = [...fake.engine.servers].find((one) => one.endpoint === endpoint)
  assert.equal(await server?.mark(), 'mark of from a backup')
  assert.equal(server?.roles[0]?.verifier, 'rotated')
  await reached(fake, 'a', 3)
})

test('a restore that fails leaves the old data serving and is not repeated', async (t) => {
  const fake = await ready(t)
  const before = onlyServer(fake)
  fake.backups.set('k', new AgentFault('backup-corrupt', 'The backup is damaged.'))
  const origin = {
    type: 'backup',
    backupId: 'b',
    key: 'k',
    target: { type: 'directory', path: null },
  } as const
  fake.want({ id: 'a', epoch: 2, origin })
  const seen = await fake.until(() => {
    const now = fake.observed.get('a')
    return now?.failedEpoch && now.revision === 2 ? now : undefined
  })
  assert.deepEqual(seen.failedEpoch, {
    epoch: 2,
    fault: { code: 'backup-corrupt', message: 'The backup is damaged.' },
  })
  assert.equal(seen.status, 'ready')
  assert.equal(seen.epoch, 1)
  fake.backups.set('k', 'good now')
  fake.want({ id: 'a', connectionLimit: 3 })
  await reached(fake, 'a', 3)
  assert.equal(onlyServer(fake), before)
  await fake.until(() => fake.observed.get('a')?.failedEpoch?.epoch === 2)
  fake.want({ id: 'a', epoch: 3 })
  await fake.until(() => fake.observed.get('a')?.epoch === 3)
  assert.equal(fake.observed.get('a')?.failedEpoch, undefined)
})

test('a first epoch that fails leaves only its state, which a restart remembers', async (t) => {
  const fake = await setUp(t)
  fake.backups.set('k', 'x')
  fake.engine.failStarts = 2
  const origin = {
    type: 'backup',
    backupId: 'b',
    key: 'k',
    target: { type: 'directory', path: null },
  } as const
  fake.want({ id: 'a', origin })
  await fake.until(() => fake.observed.get('a')?.status === 'failed')
  await assert.rejects(find(fake, 'a').acquire(NEVER), AgentFault)
  for (let left = 1; left > 0; ) left = (await fake.onDisk()).data.length
  await fake.restart()
  assert.equal(fake.instances.observed()[0]?.status, 'failed')
  assert.equal(fake.engine.starts, 1)
  fake.want({ id: 'a', presence: 'absent' })
  await fake.until(() => fake.observed.get('a')?.status === 'absent')
  assert.deepEqual(await fake.onDisk(), { data: [], instances: [] })
})

test('data that clients were promised and that is gone is never made anew', async (t) => {
  const fake = await setUp(t)
  fake.want({ id: 'a', epoch: 2, settledEpoch: 2 })
  await fake.until(() => fake.observed.get('a')?.status === 'failed')
  assert.equal(fake.observed.get('a')?.failedEpoch?.fault.code, 'data-lost')
  assert.equal(fake.engine.servers.size, 0)
  fake.want({ id: 'a', epoch: 3, settledEpoch: 0 })
  await reached(fake, 'a', 2)
  assert.equal(fake.observed.get('a')?.epoch, 3)
})

test('a clone is taken from a sleeping source, and two that want each other end with a fault', async (t) => {
  const fake = await ready(t)
  await fallAsleep(fake)
  fake.want({ id: 'b', origin: { type: 'instance', instanceId: 'a' } })
  await reached(fake, 'b', 1)
  fake.want({ id: 'c', origin: { type: 'instance', instanceId: 'd' } })
  fake.want({ id: 'd', origin: { type: 'instance', instanceId: 'c' } })
  await fake.clock.advance(11_000)
  const failed = await fake.until(() =>
    fake.observed.get('c')?.status === 'failed' ? fake.observed.get('c') : undefined,
  )
  assert.equal(failed.failedEpoch?.fault.code, 'source-unavailable')
})

test('absent ends with nothing, also in the middle of a restore', async (t) => {
  const fake = await ready(t)
  const gate = Promise.withResolvers<void>()
  fake.engine.gates.restore = gate.promise
  fake.backups.set('k', 'x')
  const origin = {
    type: 'backup',
    backupId: 'b',
    key: 'k',
    target: { type: 'directory', path: null },
  } as const
  fake.want({ id: 'a', epoch: 2, origin })
  await new Promise((resolve) => setTimeout(resolve, 20))
  const old = fake.want({ id: 'a', presence: 'absent' })
  await fake.until(() => fake.observed.get('a')?.status === 'absent')
  assert.deepEqual(await fake.onDisk(), { data: [], instances: [] })
  assert.equal(fake.engine.servers.size, 0)
  assert.equal(fake.instances.routes('fake').find('user_of_a'), undefined)
  fake.instances.apply({
    type: 'desired',
    full: false,
    instances: [{ ...old, revision: 1, presence: 'present' }],
  })
  assert.equal(fake.instances.find('a'), undefined, 'an older wish does not bring it back')
})

test('an older revision changes nothing', async (t) => {
  const fake = await ready(t)
  const wish = fake.want({ id: 'a', connectionLimit: 7 })
  await reached(fake, 'a', 2)
  fake.instances.apply({
    type: 'desired',
    full: false,
    instances: [{ ...wish, revision: 1, presence: 'absent' }],
  })
  assert.equal(find(fake, 'a').desired.revision, 2)
})
