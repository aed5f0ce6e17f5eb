import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObservedInstance } from '@croft/protocol'
import fc from 'fast-check'
import { nextStep, type Situation } from './next-step.ts'

const fault = { code: 'disk-full', message: 'The disk is full.' }
const observed = (changes: Partial<ObservedInstance>): ObservedInstance => ({
  id: 'i',
  revision: 1,
  epoch: 1,
  status: 'ready',
  power: 'running',
  ...changes,
})
const situation = (changes: Partial<Situation>): Situation => ({
  state: 'provisioning',
  revision: 1,
  epoch: 1,
  settledEpoch: 0,
  observed: observed({}),
  observedRevision: 1,
  ...changes,
})

test('a new database is confirmed only when all that is wanted is there', () => {
  assert.deepEqual(nextStep(situation({})), { do: 'confirm-ready' })
  assert.deepEqual(nextStep(situation({ observedRevision: 0 })), { do: 'wait' })
  assert.deepEqual(nextStep(situation({ observed: null })), { do: 'wait' })
  assert.deepEqual(nextStep(situation({ observed: observed({ status: 'creating' }) })), { do: 'wait' })
})

test('a failure counts only for the epoch that is wanted', () => {
  const failed = observed({ status: 'failed', failedEpoch: { epoch: 1, fault } })
  assert.deepEqual(nextStep(situation({ observed: failed })), { do: 'mark-failed', message: fault.message })
  assert.deepEqual(nextStep(situation({ observed: failed, epoch: 2 })), { do: 'wait' })
})

test('a restore ends with its own epoch, either way', () => {
  const restoring = { state: 'recovering', epoch: 2, revision: 5 } as const
  const serves = observed({ epoch: 2, revision: 5 })
  assert.deepEqual(nextStep(situation({ ...restoring, observed: serves, observedRevision: 5 })), {
    do: 'finish-restore',
  })
  const failed = observed({ epoch: 1, failedEpoch: { epoch: 2, fault } })
  assert.deepEqual(nextStep(situation({ ...restoring, observed: failed })), {
    do: 'abandon-restore',
    message: fault.message,
  })
  assert.deepEqual(nextStep(situation(restoring)), { do: 'wait' })
})

test('a failed restore goes back to the data that was promised, and to none older', () => {
  const lost = { state: 'recovering', epoch: 4, settledEpoch: 3 } as const
  const older = observed({ epoch: 2, failedEpoch: { epoch: 4, fault } })
  assert.equal(nextStep(situation({ ...lost, observed: older })).do, 'mark-failed')
  const promised = observed({ epoch: 3, failedEpoch: { epoch: 4, fault } })
  assert.equal(nextStep(situation({ ...lost, observed: promised })).do, 'abandon-restore')
})

test('a failed database is ready once what is wanted of it serves', () => {
  assert.equal(nextStep(situation({ state: 'failed' })).do, 'confirm-ready')
  assert.equal(nextStep(situation({ state: 'failed', epoch: 2 })).do, 'wait')
})

test('a ready database whose host has lost its data has failed', () => {
  const lost = observed({ status: 'failed', epoch: 0, failedEpoch: { epoch: 1, fault } })
  assert.deepEqual(nextStep(situation({ state: 'ready', observed: lost })), {
    do: 'mark-failed',
    message: fault.message,
  })
  // The memory of a restore that failed is no loss.
  const serves = observed({ epoch: 1, failedEpoch: { epoch: 2, fault } })
  assert.deepEqual(nextStep(situation({ state: 'ready', observed: serves })), { do: 'wait' })
})

const anySituation = fc.record({
  state: fc.constantFrom('provisioning', 'ready', 'recovering', 'failed', 'deleting', 'deleted'),
  revision: fc.nat(3),
  epoch: fc.integer({ min: 1, max: 3 }),
  settledEpoch: fc.nat(3),
  observedRevision: fc.nat(3),
  observed: fc.option(
    fc.record({
      id: fc.constant('i'),
      revision: fc.nat(3),
      epoch: fc.nat(3),
      status: fc.constantFrom('creating', 'ready', 'failed', 'absent'),
      power: fc.constant('running' as const),
      failedEpoch: fc.record({ epoch: fc.nat(3), fault: fc.constant(fault) }),
    }),
  ),
}) as fc.Arbitrary<Situation>

test('whatever is reported, ready is said only of what serves, and settled states are left alone', () => {
  fc.assert(
    fc.property(anySituation, (now) => {
      const step = nextStep(now)
      if (step.do === 'confirm-ready' || step.do === 'finish-restore') {
        assert.equal(now.observed?.status, 'ready')
        assert.equal(now.observed?.epoch, now.epoch)
        assert.ok(now.observedRevision >= now.revision)
      }
      if (step.do === 'finish-deletion') assert.equal(now.observed?.status, 'absent')
      if (now.state === 'ready') assert.ok(step.do === 'wait' || step.do === 'mark-failed')
      if (step.do === 'abandon-restore') assert.ok((now.observed?.epoch ?? 0) >= now.settledEpoch)
      if (now.state === 'failed') assert.ok(step.do === 'wait' || step.do === 'confirm-ready')
      if (now.state === 'deleted') assert.equal(step.do, 'wait')
    }),
  )
})
