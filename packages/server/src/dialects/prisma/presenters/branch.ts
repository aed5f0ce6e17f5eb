import type { Static } from 'typebox'
import type { Branch } from '../../../domain/tenancy/index.ts'
import { type Links, refer } from '../links.ts'
import type * as schemas from '../schemas/branch.ts'

export function presentBranch(links: Links, branch: Branch): Static<typeof schemas.Branch> {
  return {
    ...links.self('branch', branch.id),
    type: 'branch',
    gitName: branch.gitName,
    isDefault: branch.isDefault,
    role: branch.role,
    createdAt: branch.createdAt.toISOString(),
    updatedAt: branch.updatedAt.toISOString(),
    project: refer(links, 'project', branch.project),
  }
}
