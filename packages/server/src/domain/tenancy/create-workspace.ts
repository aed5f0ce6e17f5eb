import type { Db, Tx } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { authorize, type Call, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import type { Workspace } from './entities.ts'
import { getOrganization } from './get-organization.ts'
import { getWorkspace } from './get-workspace.ts'

export interface NewWorkspace {
  readonly name?: string | undefined
  /** The platform's own unless given. */
  readonly organizationId?: string | undefined
}

/** The one that came with the platform. */
async function ownOrganization(tx: Tx): Promise<string> {
  const query = tx.selectFrom('organizations').select('id').orderBy('id').limit(1)
  return (await query.executeTakeFirstOrThrow()).id
}

/** Who may change an organization may choose it; else the workspace belongs to the platform's own. */
async function organizationOf(tx: Tx, call: Call, id: string | undefined): Promise<string> {
  return id === undefined ? ownOrganization(tx) : (await getOrganization(tx, call, id, 'update')).id
}

/**
 * Makes a workspace. Every person may, and administers it then; a program may where it administers the
 * organization. The token that made it stays bound to its own workspace, so the new one is shown but not reachable
 * by it. Throws `forbidden`, `organization-not-found`.
 */
export async function createWorkspace(db: Db, call: Call, input: NewWorkspace): Promise<Workspace> {
  const { userId } = call.principal
  const { resourceId: id = newId() } = call
  const name = input.name ?? 'My Workspace'
  // As its maker, who may not be bound to it.
  const principal = {
    ...call.principal,
    bindings: [{ role: 'workspace-admin', scope: { type: 'workspace', id } } as const],
  }
  return transact(db, async (tx) => {
    const organizationId = await organizationOf(tx, call, input.organizationId)
    authorize(call.principal, 'create', 'workspaces', { id, organizationId, name })
    if (await madeBefore(tx, call, 'workspaces')) return getWorkspace(tx, { ...call, principal }, id)
    await tx.insertInto('workspaces').values({ id, organization_id: organizationId, name }).execute()
    if (userId !== null) {
      await tx
        .insertInto('role_bindings')
        .values({
          id: newId(),
          user_id: userId,
          role: 'workspace-admin',
          scope_type: 'workspace',
          scope_id: id,
        })
        .execute()
    }
    await recordEvent(tx, call, {
      workspaceId: id,
      action: 'workspace.created',
      subjectType: 'workspace',
      subjectId: id,
      after: { name, organizationId },
    })
    return getWorkspace(tx, { ...call, principal }, id)
  })
}
