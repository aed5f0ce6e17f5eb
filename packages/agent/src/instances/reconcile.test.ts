import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DesiredInstance } from '@croft/protocol'
import fc from 'fast-check'
import { backOff } from './back-off.ts'
import { type DataStep, type Idle, type Local, reconcile, type ServeStep } from './reconcile.ts'

const FIRST: DesiredInstance = {
  id: 'i',
  revision: 1,
  engine: 'fake',
  version: '1',
  resources: { size: 'nano', memoryMb: 1, settings: {} },
  presence: 'present',
  epoch: 1,
  origin: { type: 'empty' },
  roles: [],
  connectionLimit: 1,
  idleTimeoutSeconds: 60,
  settledEpoch: 0,
}

type Step = Exclude<DataStep | ServeStep, Idle>

/** A host that does what the plan says, or fails at it, or dies in the middle. */
function createWorld() {
  let desired = FIRST
  let now = 0
  // On disk: which epochs have a directory, and what the state file says.
  const directories = new Set<number>()
  const disk = {
    served: 0,
    failed: 0,
    failureMayPass: false,
    applied: 0,
    leftovers: new Set<number>(),
    gone: false,
  }
  // In memory.
  let power: 'asleep' | 'running' = 'asleep'
  let crashed = false
  let startFailures = 0
  let retryStart = 0
  let retryMake = 0
  let held = false
  let size = 'a'
  let runsWith = 'a'
  /** What a server has answered with. */
  let proven = 'a'
  const lanes = {
    data: { step: null as Step | null, failures: 0, retryAt: 0 },
    serve: { step: null as Step | null, failures: 0, retryAt: 0 },
  }

  function local(): Local {
    return {
      servedEpoch: disk.served,
      failedEpoch: disk.failed,
      failureMayPass: disk.failureMayPass,
      applied: disk.applied,
      leftovers: disk.leftovers.size,
      gone: disk.gone,
      unknown: false,
      switching: false,
      asleep: power === 'asleep',
      crashed,
      outgrown: power === 'running' && runsWith !== size,
      trialAt: proven !== size ? 0 : null,
      held,
      retryData: lanes.data.retryAt,
      retryMake,
      retryServe: lanes.serve.retryAt,
      retryStart,
    }
  }

  function plan() {
    const planned = reconcile(desired, local(), now)
    assert.deepEqual(reconcile(desired, local(), now), planned, 'the plan depends on its arguments alone')
    return planned
  }

  function take(name: 'data' | 'serve'): void {
    const lane = lanes[name]
    if (lane.step) return
    const step = plan()[name]
    if (step.do === 'nothing' || step.do === 'wait') return
    lane.step = step
    if (step.do === 'make') {
      assert.equal(step.epoch, desired.epoch)
      const again = disk.failureMayPass && disk.served === 0 && now >= retryMake
      assert.ok(
        step.epoch > disk.served && (step.epoch > disk.failed || again),
        'an old or failed epoch is made again',
      )
      directories.add(step.epoch)
    }
    if (step.do === 'remove') assert.equal(desired.presence, 'absent')
    if (step.do === 'clean') assert.ok(!disk.leftovers.has(disk.served), 'the serving data is cleaned away')
    if (step.do === 'apply') assert.ok(step.revision > disk.applied)
    if (step.do === 'restart') assert.ok(!held)
  }

  function wake(): boolean {
    if (power === 'asleep') runsWith = size
    proven = runsWith
    power = 'running'
    crashed = false
    return true
  }

  function finish(name: 'data' | 'serve', ok: boolean, passing = false): void {
    const lane = lanes[name]
    const step = lane.step
    if (!step) return
    lane.step = null
    if (!ok && step.do !== 'make') {
      lane.failures += 1
      lane.retryAt = now + backOff(lane.failures)
      if (step.do === 'start') retryStart = now + backOff(++startFailures)
      return
    }
    lane.failures = 0
    switch (step.do) {
      case 'make':
        if (desired.presence === 'absent' || desired.epoch !== step.epoch) disk.leftovers.add(step.epoch)
        else if (!ok) {
          disk.failed = step.epoch
          disk.failureMayPass = passing
          retryMake = now + 30_000
          disk.leftovers.add(step.epoch)
        } else {
          if (disk.served > 0) disk.leftovers.add(disk.served)
          assert.ok(step.epoch > disk.served)
          disk.served = step.epoch
          disk.failed = 0
          disk.applied = desired.revision
          wake()
        }
        break
      case 'clean':
        for (const epoch of disk.leftovers) directories.delete(epoch)
        disk.leftovers.clear()
        break
      case 'remove':
        directories.clear()
        Object.assign(disk, { served: 0, leftovers: new Set(), gone: true })
        power = 'asleep'
        crashed = false
        break
      case 'apply':
        wake()
        disk.applied = Math.max(disk.applied, step.revision)
        break
      case 'restart':
        power = 'asleep'
        wake()
        break
      case 'start':
        wake()
        startFailures = 0
    }
  }

  function act(event: Event): void {
    const applied = disk.applied
    switch (event.kind) {
      case 'desire':
        if (desired.presence === 'absent') break
        desired = {
          ...desired,
          revision: desired.revision + 1,
          epoch: desired.epoch + event.epochs,
          presence: event.absent ? 'absent' : 'present',
          idleTimeoutSeconds: event.idle,
        }
        size = event.size
        break
      case 'finish':
        finish(event.lane, event.ok, event.passing)
        break
      case 'server-crash':
        if (power === 'running') {
          power = 'asleep'
          crashed = true
          retryStart = now + backOff(++startFailures)
        }
        break
      case 'agent-restart':
        for (const lane of [lanes.data, lanes.serve])
          Object.assign(lane, { step: null, failures: 0, retryAt: 0 })
        power = 'asleep'
        crashed = false
        startFailures = 0
        retryStart = 0
        held = false
        retryMake = 0
        for (const epoch of directories) {
          if (epoch !== disk.served && !disk.leftovers.has(epoch)) directories.delete(epoch)
        }
        break
      case 'sleep':
        if (power === 'running' && !held) power = 'asleep'
        break
      case 'hold':
        held = power === 'running' && event.held
        break
      case 'wait':
        now += event.ms
    }
    assert.ok(disk.applied >= applied, 'an older revision came back')
    if (disk.served > 0) assert.ok(directories.has(disk.served), 'the serving data is gone')
    take('data')
    take('serve')
  }

  function settle(): void {
    held = false
    for (let steps = 0; steps < 100; steps += 1) {
      take('data')
      take('serve')
      const busy = lanes.data.step !== null || lanes.serve.step !== null
      finish('data', true)
      finish('serve', true)
      const { data, serve } = plan()
      const until = [data, serve].flatMap((step) => (step.do === 'wait' ? [step.until] : []))
      if (until.length > 0) {
        assert.ok(Math.min(...until) > now, 'it waits for a time that has passed')
        now = Math.min(...until)
      } else if (!busy && data.do === 'nothing' && serve.do === 'nothing') return
    }
    assert.fail('it never comes to rest')
  }

  function assertReached(): void {
    if (desired.presence === 'absent') {
      assert.equal(disk.gone, true)
      assert.equal(directories.size, 0)
      return
    }
    assert.ok(disk.served === desired.epoch || disk.failed === desired.epoch)
    if (disk.served === 0) assert.ok(!disk.failureMayPass, 'a cause that has passed is final')
    assert.equal(directories.size, disk.served > 0 ? 1 : 0, 'only the data that serves is left')
    if (disk.served === 0) return
    assert.equal(disk.applied, desired.revision)
    assert.equal(crashed, false)
    if (power === 'running') assert.equal(runsWith, size)
    else assert.notEqual(desired.idleTimeoutSeconds, 0)
  }

  return { act, settle, assertReached }
}

type Event =
  | { kind: 'desire'; epochs: number; absent: boolean; idle: number; size: string }
  | { kind: 'finish'; lane: 'data' | 'serve'; ok: boolean; passing: boolean }
  | { kind: 'server-crash' }
  | { kind: 'agent-restart' }
  | { kind: 'sleep' }
  | { kind: 'hold'; held: boolean }
  | { kind: 'wait'; ms: number }

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('desire' as const),
      epochs: fc.constantFrom(0, 0, 1, 2),
      absent: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      idle: fc.constantFrom(0, 60),
      size: fc.constantFrom('a', 'b'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      lane: fc.constantFrom('data' as const, 'serve' as const),
      ok: fc.boolean(),
      passing: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'server-crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'agent-restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'sleep' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), held: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  },
)

test('whatever happens, it reaches what is desired once faults stop', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (history) => {
      const world = createWorld()
      for (const one of history) world.act(one)
      world.settle()
      world.assertReached()
    }),
    { numRuns: 2000 },
  )
})

const RESTING: Local = {
  servedEpoch: 1,
  failedEpoch: 0,
  failureMayPass: false,
  applied: 1,
  leftovers: 0,
  gone: false,
  unknown: false,
  switching: false,
  asleep: true,
  crashed: false,
  outgrown: false,
  trialAt: null,
  held: false,
  retryData: 0,
  retryMake: 0,
  retryServe: 0,
  retryStart: 0,
}

test('a sleeping instance with nothing new is left alone', () => {
  assert.deepEqual(reconcile(FIRST, RESTING, 5), { data: { do: 'nothing' }, serve: { do: 'nothing' } })
})

test('an instance that nobody lists is neither served nor removed', () => {
  const absent = { ...FIRST, revision: 9, presence: 'absent' as const }
  const plan = reconcile(absent, { ...RESTING, unknown: true, leftovers: 2, crashed: true }, 5)
  assert.deepEqual(plan, { data: { do: 'nothing' }, serve: { do: 'nothing' } })
})

test('a rotated credential does not wait for a restore under way', () => {
  const wish = { ...FIRST, revision: 2, epoch: 2 }
  const plan = reconcile(wish, RESTING, 5)
  assert.deepEqual(plan, { data: { do: 'make', epoch: 2 }, serve: { do: 'apply', revision: 2 } })
})

test('a failed epoch waits for a higher one', () => {
  const failed = { ...RESTING, applied: 2, failedEpoch: 2 }
  assert.equal(reconcile({ ...FIRST, revision: 2, epoch: 2 }, failed, 5).data.do, 'nothing')
  assert.equal(reconcile({ ...FIRST, revision: 3, epoch: 3 }, failed, 5).data.do, 'make')
})

test('a first epoch is made again after what may pass, a restore is not', () => {
  const full = { ...RESTING, servedEpoch: 0, failedEpoch: 1, failureMayPass: true, retryMake: 100 }
  assert.deepEqual(reconcile(FIRST, full, 5).data, { do: 'wait', until: 100 })
  assert.deepEqual(reconcile(FIRST, full, 100).data, { do: 'make', epoch: 1 })
  assert.equal(reconcile(FIRST, { ...full, failureMayPass: false }, 100).data.do, 'nothing')
  assert.equal(reconcile({ ...FIRST, settledEpoch: 1 }, full, 100).data.do, 'nothing')
  const restore = { ...full, servedEpoch: 1, failedEpoch: 2 }
  assert.equal(reconcile({ ...FIRST, epoch: 2 }, restore, 100).data.do, 'nothing')
})

test('the pauses between tries grow to a minute', () => {
  assert.deepEqual([1, 2, 3, 4, 8, 9, 90].map(backOff), [0, 1000, 2000, 4000, 60_000, 60_000, 60_000])
})
