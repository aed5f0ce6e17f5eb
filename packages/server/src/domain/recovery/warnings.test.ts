import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Facts, warningsOf } from './warnings.ts'

const NOW = new Date('2026-05-10T12:00:00Z')
const minutes = (n: number) => new Date(NOW.getTime() + n * 60_000)
const fine: Facts = {
  archived: true,
  archive: { state: 'streaming', archivedAt: minutes(-1), lagBytes: 0, reason: null },
  lastBackup: { failed: false, at: minutes(-60), error: null },
  lastVerified: { passed: true, madeAt: minutes(-60), error: null },
  corruptedAt: null,
  fault: null,
  storageFull: false,
  target: { name: 'bucket', failing: false, message: null },
}
const told = (facts: Partial<Facts>) => warningsOf({ ...fine, ...facts }, { now: NOW, reserveMb: 1024 })

test('of a database that is well backed up there is nothing to say', () => {
  assert.deepEqual(told({}), [])
  assert.deepEqual(told({ lastBackup: null, lastVerified: null, archive: null, target: null }), [])
})

test('each danger is told with what it means', () => {
  const archive = {
    state: 'lagging',
    archivedAt: minutes(-12),
    lagBytes: 34 * 1_048_576,
    reason: 'It is away.',
  }
  const cases: [Partial<Facts>, string, RegExp][] = [
    [{ storageFull: true }, 'storage-full', /refuses writes/],
    [{ fault: { code: 'settings-refused', message: 'No.' } }, 'settings-refused', /^No\.$/],
    [{ archive }, 'archive-lagging', /for 12 minutes: It is away\. 34 MB of at most 1024 MB/],
    [
      { archive: { ...archive, state: 'incomplete', reason: null } },
      'archive-lagging',
      /for 12 minutes\. 34/,
    ],
    [{ archived: false, archive }, 'archive-off', /to its backups only/],
    [{ corruptedAt: minutes(-5) }, 'corrupted', /2026-05-10T11:55/],
    [
      { lastBackup: { failed: true, at: minutes(-5), error: 'No room.' } },
      'backup-failed',
      /failed: No room\./,
    ],
    [
      { lastVerified: { passed: false, madeAt: minutes(-5), error: 'Bad.' } },
      'verification-failed',
      /: Bad\./,
    ],
    [
      { fault: { code: 'port-taken', message: 'Port 7500 is taken.' } },
      'port-taken',
      /^Port 7500 is taken\.$/,
    ],
    [
      { fault: { code: 'engine-not-installed', message: 'Not here.' } },
      'host-fault',
      /^Its host reports: Not here\.$/,
    ],
    [
      { target: { name: 'bucket', failing: true, message: '403' } },
      'backup-target-failing',
      /bucket fails: 403/,
    ],
  ]
  for (const [facts, code, message] of cases) {
    const warnings = told(facts)
    assert.deepEqual(
      warnings.map((each) => each.code),
      [code],
    )
    assert.match(warnings[0]?.message ?? '', message)
  }
})
