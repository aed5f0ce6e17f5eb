import type { Benchmark } from '../benchmark.ts'
import { withCroft } from '../with-croft.ts'
import { measureCreate } from './create.ts'
import { measureGateways } from './gateway.ts'
import { measureList } from './list.ts'
import { measureMemory } from './memory.ts'
import { measureWake } from './wake.ts'

/** MariaDB and Redis, which have to be installed (`npm test` does so), and the DBaaS API. */
export const engines: Benchmark = {
  name: 'engines',
  run: (options) =>
    withCroft({ CROFT_VERIFY_BACKUPS: 'off' }, async (croft) => [
      ...(await measureCreate(croft, options)),
      ...(await measureWake(croft, options)),
      ...(await measureGateways(croft, options)),
      ...(await measureMemory(croft, options)),
      ...(await measureList(croft, options)),
    ]),
}
