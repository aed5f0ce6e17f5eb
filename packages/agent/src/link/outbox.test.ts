import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObservedInstance, Report } from '@croft/protocol'
import fc from 'fast-check'
import { createOutbox } from './outbox.ts'

function seen(id: string, revision: number): ObservedInstance {
  return { id, revision, epoch: 1, status: 'ready', power: 'running' }
}

type Action =
  | { do: 'observe'; id: string }
  | { do: 'sample' }
  | { do: 'send' }
  | { do: 'ack' }
  | { do: 'disconnect' }

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('observe' as const), id: fc.constantFrom('a', 'b', 'c') }),
  ...(['sample', 'send', 'ack', 'disconnect'] as const).map((name) => fc.constant({ do: name })),
)

test('over any losses, all samples arrive in order and the newest of each instance last', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const outbox = createOutbox()
      const stored = new Map<string, number>()
      const samples: number[] = []
      const newest = new Map<string, number>()
      let wire: Report[] = []
      let count = 0
      let revision = 0

      const deliver = (report: Report) => {
        for (const one of report.observed) stored.set(one.id, one.revision)
        samples.push(...report.usage.map(({ operations }) => operations))
        outbox.acknowledged(report.seq)
      }
      for (const one of actions) {
        if (one.do === 'observe') {
          revision += 1
          newest.set(one.id, revision)
          outbox.observed(seen(one.id, revision))
        } else if (one.do === 'sample') {
          count += 1
          outbox.usage({ instanceId: 'a', at: '', sizeBytes: 0, operations: count })
        } else if (one.do === 'send') {
          const report = outbox.next()
          if (report) wire.push(report)
        } else if (one.do === 'ack') {
          const report = wire.shift()
          if (report) deliver(report)
        } else {
          // With the connection goes all that is on the wire.
          wire = []
          outbox.disconnected()
        }
      }
      outbox.disconnected()
      for (let report = outbox.next(); report; report = outbox.next()) deliver(report)
      assert.ok(outbox.empty)
      assert.deepEqual(stored, newest)
      assert.deepEqual(
        samples,
        Array.from({ length: count }, (_, i) => i + 1),
      )
    }),
    { numRuns: 500 },
  )
})

test('a control plane that stays away costs a bounded memory, and the newest is kept', () => {
  const outbox = createOutbox()
  for (let i = 1; i <= 10_005; i += 1) {
    outbox.usage({ instanceId: 'a', at: '', sizeBytes: 0, operations: i })
    outbox.observed(seen('a', i))
  }
  assert.equal(outbox.dropped, 5)
  const report = outbox.next()
  assert.equal(report?.usage.length, 10_000)
  assert.equal(report?.usage.at(-1)?.operations, 10_005)
  assert.deepEqual(report?.observed, [seen('a', 10_005)])
})

test('while too many reports wait for an answer, news is gathered', () => {
  const outbox = createOutbox()
  let sent = 0
  for (let i = 1; i <= 100; i += 1) {
    outbox.observed(seen('a', i))
    if (outbox.next()) sent += 1
  }
  assert.equal(sent, 32)
  outbox.acknowledged(1)
  assert.deepEqual(outbox.next()?.observed, [seen('a', 100)])
})
