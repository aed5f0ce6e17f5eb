import type { Static } from 'typebox'
import type { Workspace } from '../../../domain/tenancy/index.ts'
import type { Links } from '../links.ts'
import type * as schemas from '../schemas/workspace.ts'

export function presentWorkspace(links: Links, workspace: Workspace): Static<typeof schemas.Workspace> {
  return {
    ...links.self('workspace', workspace.id),
    type: 'workspace',
    name: workspace.name,
    createdAt: workspace.createdAt.toISOString(),
  }
}
