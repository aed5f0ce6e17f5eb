import { CroftError } from '../../platform/errors/index.ts'
import { findKnown } from '../catalogue/index.ts'

/** Throws `not-applicable` for a data service that cannot be backed up at all. */
export function assertBackedUp(dataServiceId: string): void {
  const known = findKnown(dataServiceId)
  if (known?.hasFullBackup) return
  throw new CroftError('not-applicable', `${known?.name ?? 'This data service'} cannot be backed up.`, {
    hint: 'Data services whose has_full_backup is true can.',
  })
}
