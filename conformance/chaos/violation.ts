/** Croft broke a promise. */
export class Violation extends Error {}

/** Throws a `Violation` when something is wrong. */
export function insist(faults: readonly string[], what: string): void {
  if (faults.length > 0) throw new Violation(`${what}: ${faults.join('; ')}`)
}
