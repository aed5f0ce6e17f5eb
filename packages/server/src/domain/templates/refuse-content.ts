import { CroftError } from '../../platform/errors/index.ts'

export interface ContentFault {
  /** In the words of the content: `/cpuLimit`, `/items/0/value`. */
  readonly path: string
  readonly message: string
}

/** Throws `not-applicable` that names every fault, unless there are none. */
export function refuseContent(what: string, faults: readonly ContentFault[]): void {
  if (faults.length === 0) return
  throw new CroftError('not-applicable', `The ${what} cannot be applied.`, { fields: [...faults] })
}
