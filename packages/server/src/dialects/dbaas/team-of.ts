import { type Call, isAllowed } from '../../domain/access/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { DbaasDeps } from './deps.ts'

const PAGE = 100

/**
 * The workspace that gets what the caller makes: that of its token, else the first in which it may. The original
 * left databases without a team, and so without anybody who saw them. Throws `forbidden`.
 */
export async function teamOf(
  { tenancy }: Pick<DbaasDeps, 'tenancy'>,
  { principal, requestId }: Call,
  kind: 'databases' | 'projects',
): Promise<string> {
  if (principal.workspaceId !== null) return principal.workspaceId
  const may = (workspaceId: string): boolean => {
    if (kind === 'projects') return isAllowed(principal, 'create', kind, { id: '', workspaceId, name: '' })
    const place = { id: '', workspaceId, projectId: '', name: '', branchId: null }
    return isAllowed(principal, 'create', kind, { ...place, engine: '', region: '', size: '' })
  }
  let after: string | null = null
  do {
    const page = await tenancy.listWorkspaces({ principal, requestId }, { limit: PAGE, after })
    const first = page.items.find(({ id }) => may(id))
    if (first) return first.id
    after = page.next
  } while (after !== null)
  throw new CroftError('forbidden', `This credential may not create ${kind} in any team.`)
}
