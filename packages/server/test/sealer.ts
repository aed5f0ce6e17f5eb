import { randomBytes } from 'node:crypto'
import { createSealer, type Sealer } from '../src/platform/secrets/index.ts'

/** Seals with a key that is in no file, and gone with the process. */
export function createTestSealer(): Sealer {
  const key = { id: '00000000000000ff', secret: randomBytes(32) }
  return createSealer({
    active: () => key,
    find: (id) => (id === key.id ? key : undefined),
    rotate: async () => key.id,
    retire: async () => {},
    replaced: () => [],
  })
}
