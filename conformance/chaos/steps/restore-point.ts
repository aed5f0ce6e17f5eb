import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import { call, PATIENCE_MS, type RestorePoint } from '../api.ts'
import { insist } from '../violation.ts'
import { newName, pick, type Step } from '../world.ts'
import { createFrom } from './create.ts'
import { reachable } from './reachable.ts'

/** Names a moment. */
export const setRestorePoint: Step = async (world) => {
  const subject = pick(world, reachable(world))
  if (!subject) return null
  const from = Date.now()
  // Right after a restore in place its archive has no backup to go on from for a moment, and no point can be set.
  const { id } = await until(
    () =>
      call<RestorePoint>(world, 201, 'POST', `/databases/${subject.id}/restore-points`, {
        name: newName('point'),
      }),
    PATIENCE_MS,
    500,
  )
  const point = await until(async () => {
    const now = await call<RestorePoint>(world, 200, 'GET', `/restore-points/${id}`)
    assert.notEqual(now.state, 'running')
    return now
  }, PATIENCE_MS)
  if (point.state === 'failed') {
    // A database that was just given another target may still have been archived to one that is out of reach.
    insist(world.cut.size > 0 ? [] : [point.error ?? 'no reason'], `restore point of ${subject.name}`)
    return `${subject.name}: ${point.error}`
  }
  subject.kept.push({ kind: 'restore-point', id, at: { from, to: Date.now() } })
  return subject.name
}

/** A new database as another was at a named moment. */
export const restoreToPoint: Step = async (world) => {
  const of = pick(world, reachable(world))
  const point =
    of &&
    pick(
      world,
      of.kept.filter(({ kind }) => kind === 'restore-point'),
    )
  if (!of || !point) return null
  const source = { type: 'database', databaseId: of.id, restorePoint: point.id }
  return createFrom(world, source, { of, at: point.at, what: 'restore to a restore point' })
}
