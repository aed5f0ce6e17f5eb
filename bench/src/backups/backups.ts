import type { Benchmark } from '../benchmark.ts'
import { withCroft } from '../with-croft.ts'
import { measureArchiveOverhead } from './archive-overhead.ts'
import { measureLarge } from './large.ts'
import { measureManyArchived } from './many-archived.ts'
import { measureSmallClone } from './small-clone.ts'

/** Checks of backups run by themselves after each; here they would run beside what is measured. */
const QUIET = { CROFT_VERIFY_BACKUPS: 'off' }

export const backups: Benchmark = {
  name: 'backups',
  async run(options) {
    const alone = await withCroft(QUIET, async (croft) => [
      await measureSmallClone(croft, options),
      await measureArchiveOverhead(croft, options),
      ...(await measureLarge(croft, options)),
    ])
    return [...alone, await withCroft(QUIET, (croft) => measureManyArchived(croft, options))]
  },
}
