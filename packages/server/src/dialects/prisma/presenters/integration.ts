import type { Static } from 'typebox'
import type { Grant } from '../../../domain/access/index.ts'
import { showId } from '../ids.ts'
import type { Links } from '../links.ts'
import type * as schemas from '../schemas/integration.ts'

export function presentIntegration(links: Links, grant: Grant): Static<typeof schemas.Integration> {
  return {
    ...links.self('integration', grant.id),
    createdAt: grant.createdAt.toISOString(),
    scopes: [...grant.scopes],
    client: {
      id: grant.application.clientId,
      name: grant.application.name,
      createdAt: grant.application.createdAt.toISOString(),
    },
    createdByUser: {
      id: showId('user', grant.user.id),
      email: grant.user.email,
      displayName: grant.user.displayName,
    },
  }
}
