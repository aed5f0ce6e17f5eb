import type { Static } from 'typebox'
import type { Project } from '../../../domain/tenancy/index.ts'
import { type Links, refer } from '../links.ts'
import type * as schemas from '../schemas/project.ts'

export function presentProject(links: Links, project: Project): Static<typeof schemas.Project> {
  return {
    ...links.self('project', project.id),
    type: 'project',
    name: project.name,
    logicalId: project.logicalId,
    createdAt: project.createdAt.toISOString(),
    defaultRegion: project.defaultRegion,
    workspace: refer(links, 'workspace', project.workspace),
  }
}
