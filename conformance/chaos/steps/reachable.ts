import type { Subject, World } from '../world.ts'

/** Databases whose backup target is not cut off. */
export function reachable(world: World): Subject[] {
  return world.subjects.filter(({ storage }) => !world.cut.has(storage))
}
