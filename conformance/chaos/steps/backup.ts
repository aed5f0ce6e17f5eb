import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import { type Backup, call, PATIENCE_MS } from '../api.ts'
import { insist } from '../violation.ts'
import { pick, type Step } from '../world.ts'
import { createFrom } from './create.ts'
import { reachable } from './reachable.ts'

/** A backup, and that it was verified. */
export const backUp: Step = async (world) => {
  const subject = pick(world, reachable(world))
  if (!subject) return null
  const from = Date.now()
  const { id } = await call<Backup>(world, 202, 'POST', `/databases/${subject.id}/backups`)
  const backup = await until(async () => {
    const now = await call<Backup>(world, 200, 'GET', `/backups/${id}`)
    assert.notEqual(now.state, 'running')
    assert.ok(!['pending', 'running'].includes(now.verification.state), now.verification.state)
    return now
  }, PATIENCE_MS)
  insist(
    backup.state === 'completed' ? [] : [`${backup.state}: ${backup.error}`],
    `backup of ${subject.name}`,
  )
  const { state, error } = backup.verification
  insist(state === 'passed' ? [] : [`${state}: ${error}`], `verification of ${subject.name}`)
  world.recoveries.note('backup and its verification', (Date.now() - from) / 1000)
  // Asking while one runs answers that one, which may have begun before.
  subject.kept.push({ kind: 'backup', id, at: { from: from - PATIENCE_MS, to: Date.now() } })
  return subject.name
}

/** A new database from an earlier backup. */
export const restoreBackup: Step = async (world) => {
  const of = pick(world, reachable(world))
  const backup =
    of &&
    pick(
      world,
      of.kept.filter(({ kind }) => kind === 'backup'),
    )
  if (!of || !backup) return null
  const source = { type: 'backup', databaseId: of.id, backupId: backup.id }
  return createFrom(world, source, { of, at: backup.at, what: 'restore of a backup' })
}
