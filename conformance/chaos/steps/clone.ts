import { pick, type Step } from '../world.ts'
import { createFrom } from './create.ts'

/** A copy of a database that is being written to. */
export const clone: Step = async (world) => {
  const of = pick(world, world.subjects)
  if (!of) return null
  const source = { type: 'database', databaseId: of.id }
  return createFrom(world, source, { of, at: { from: Date.now(), to: 'now' }, what: 'clone' })
}
