import { CroftError } from '../../platform/errors/index.ts'
import { REGIONS } from '../targets/index.ts'

/** Throws `invalid-input` for a region that there is none of. */
export function checkRegion(region: string): void {
  if (REGIONS.some(({ id }) => id === region)) return
  throw new CroftError('invalid-input', `There is no region ${region}.`, {
    fields: [{ path: '/region', message: `must be one of ${REGIONS.map(({ id }) => id).join(', ')}` }],
  })
}
