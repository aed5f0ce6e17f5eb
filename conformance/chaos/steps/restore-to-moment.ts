import { until } from '../../faults/until.ts'
import { call, PATIENCE_MS, type RecoveryWindow, untilReady } from '../api.ts'
import { insist, Violation } from '../violation.ts'
import { pick, type Step, type Subject, type World } from '../world.ts'
import { readRows } from '../writer.ts'
import { createFrom } from './create.ts'
import { reachable } from './reachable.ts'

/** A new database as another was at a moment of its record. */
export const restoreToMoment: Step = async (world) => {
  const found = await findMoment(world)
  if (!found) return null
  const { of, at } = found
  const source = { type: 'database', databaseId: of.id, at: new Date(at).toISOString() }
  return createFrom(world, source, { of, at, what: 'restore to a moment' })
}

/** The same in its own place: clients keep their credentials, and its record begins anew. */
export const restoreInPlace: Step = async (world) => {
  const found = await findMoment(world)
  if (!found) return null
  const { of, at } = found
  const { writer } = of
  await writer.pause()
  writer.ledger.endEra()
  const began = Date.now()
  const source = { type: 'point-in-time', at: new Date(at).toISOString() }
  // As with a new database: a moment may leave the window for a while.
  await until(() => call(world, 202, 'POST', `/databases/${of.id}/restore`, { source }), PATIENCE_MS, 500)
  const { stateMessage } = await untilReady(world, of.id)
  if (stateMessage !== null) throw new Violation(`${of.name} was not restored: ${stateMessage}`)
  const rows = await readRows(writer.connectionString)
  world.recoveries.note('restore in place to a moment', (Date.now() - began) / 1000)
  insist(writer.ledger.faults(rows, at), `${of.name} restored in place to ${new Date(at).toISOString()}`)
  writer.ledger.beginEra(rows)
  writer.resume()
  return `${of.name}, ${Math.round((began - at) / 100) / 10} s back`
}

/** A moment that the window has. */
async function findMoment(world: World): Promise<{ of: Subject; at: number } | null> {
  const of = pick(world, reachable(world))
  const at = of?.writer.ledger.moment(world.random)
  if (!of || at === null || at === undefined) return null
  return (await hasMoment(world, of, at)) ? { of, at } : null
}

async function hasMoment(world: World, { id }: Subject, at: number): Promise<boolean> {
  const { spans } = await call<RecoveryWindow>(world, 200, 'GET', `/databases/${id}/recovery-window`)
  return spans.some(({ from, to }) => at >= Date.parse(from) && at <= Date.parse(to))
}
