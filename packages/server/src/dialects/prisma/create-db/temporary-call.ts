import { ANONYMOUS, type Call, systemCall } from '../../../domain/access/index.ts'
import type { Tenancy } from '../../../domain/tenancy/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'

const PART = 'create-db'

/** Temporary projects live in the first workspace, the one that the first start makes, until they are claimed. */
async function firstWorkspace(tenancy: Tenancy, requestId: string): Promise<string> {
  const { items } = await tenancy.listWorkspaces(systemCall(PART, requestId), { limit: 1, after: null })
  const [first] = items
  if (first) return first.id
  throw new CroftError('unavailable', 'The server is not set up yet.', { retryAfter: 1 })
}

/**
 * Temporary databases are made and given away on the account of this part, which may do so in their workspace
 * only: a project that somebody has claimed meanwhile is not there for it any more.
 */
export async function temporaryCall({ tenancy }: { tenancy: Tenancy }, requestId: string): Promise<Call> {
  const workspaceId = await firstWorkspace(tenancy, requestId)
  const binding = { role: 'workspace-admin', scope: { type: 'workspace', id: workspaceId } } as const
  return {
    principal: { ...ANONYMOUS, type: 'system', id: PART, name: PART, workspaceId, bindings: [binding] },
    requestId,
  }
}
