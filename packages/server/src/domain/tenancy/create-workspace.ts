import type { Db } from '../../platform/db/connect.ts'
import { transact } from '../../platform/db/transact.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/new-id.ts'
import { type Call, madeBefore } from '../access/index.ts'
import { recordEvent } from '../events/index.ts'
import type { Workspace } from './entities.ts'
import { getWorkspace } from './get-workspace.ts'

/**
 * Makes a workspace that belongs to the human behind the call; a token that no human stands behind may not.
 * The token that made it stays bound to its own workspace, so the new one is shown but not reachable by it.
 */
export async function createWorkspace(
  db: Db,
  call: Call,
  input: { name?: string | undefined },
): Promise<Workspace> {
  const { userId } = call.principal
  if (userId === null) {
    throw new CroftError('forbidden', 'Only people can create workspaces.', {
      hint: 'Use an OAuth access token of a user instead of a service token.',
    })
  }
  const { resourceId: id = newId() } = call
  const name = input.name ?? 'My Workspace'
  // As its maker, who may not be bound to it.
  const principal = {
    ...call.principal,
    bindings: [{ role: 'workspace-admin', scope: { type: 'workspace', id } } as const],
  }
  if (await madeBefore(db, call, 'workspaces')) return getWorkspace(db, { ...call, principal }, id)
  return transact(db, async (tx) => {
    const organization = await tx
      .selectFrom('organizations')
      .select('id')
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow()
    await tx.insertInto('workspaces').values({ id, organization_id: organization.id, name }).execute()
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
    await recordEvent(tx, call, {
      workspaceId: id,
      action: 'workspace.created',
      subjectType: 'workspace',
      subjectId: id,
      after: { name },
    })
    return getWorkspace(tx, { ...call, principal }, id)
  })
}
