import type { Static } from 'typebox'
import type { ServiceToken } from '../../../domain/access/index.ts'
import { showId } from '../ids.ts'
import type * as schemas from '../schemas/service-token.ts'

export function presentServiceToken(token: ServiceToken): Static<typeof schemas.ServiceToken> {
  return {
    id: showId('serviceToken', token.id),
    type: 'serviceToken',
    name: token.name,
    valueHint: token.hint,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
  }
}
