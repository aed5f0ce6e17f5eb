import type { Static } from 'typebox'
import type { Principal } from '../../../domain/access/index.ts'
import type { Workspace } from '../../../domain/tenancy/index.ts'
import { showId } from '../ids.ts'
import type * as schemas from '../schemas/me.ts'

type Me = Static<typeof schemas.Me>

function presentCredential(principal: Principal): Me['credential'] {
  if (principal.type === 'service-token') {
    return { type: 'service_token', id: showId('serviceToken', principal.id), name: principal.name }
  }
  if (principal.type === 'oauth') {
    return { type: 'oauth', id: showId('integration', principal.id), name: null }
  }
  return { type: 'management_token', id: null, name: principal.name }
}

/** A service token is nobody in person, whoever made it. */
function presentUser({ type, userId, name }: Principal): Me['user'] {
  if (userId === null || type === 'service-token') return null
  return { id: showId('user', userId), email: name, name: null }
}

export function presentMe(principal: Principal, workspace: Workspace | null): Me {
  return {
    user: presentUser(principal),
    workspace: workspace && { id: showId('workspace', workspace.id), name: workspace.name },
    credential: presentCredential(principal),
  }
}
