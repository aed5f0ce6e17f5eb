import type { Static } from 'typebox'
import type { Region } from '../../../domain/targets/index.ts'
import type * as schemas from '../schemas/region.ts'

export function presentRegion({ id, name, available }: Region): Static<typeof schemas.PostgresRegion> {
  return { id, type: 'region', name, status: available ? 'available' : 'unavailable' }
}
