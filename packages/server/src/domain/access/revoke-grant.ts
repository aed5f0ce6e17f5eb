import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { isUuid } from '../../platform/ids/index.ts'
import { findClient } from './applications.ts'
import { authorize, authorizeFound } from './authorize.ts'
import { endGrants } from './end-grants.ts'
import { GRANT_NOT_FOUND } from './get-grant.ts'
import type { Call } from './principal.ts'
import { requireWorkspace } from './require-workspace.ts'

export interface GrantToRevoke {
  readonly workspaceId?: string | undefined
  /** A grant's id; or, with `workspaceId`, an application's id or client id: all its grants there. */
  readonly id: string
}

async function revokeOne(db: Db, call: Call, id: string): Promise<number> {
  const row = isUuid(id)
    ? await db.selectFrom('oauth_grants').selectAll().where('id', '=', id).executeTakeFirst()
    : undefined
  authorizeFound(
    call.principal,
    'delete',
    'grants',
    row,
    (found) => ({ workspaceId: found.workspace_id }),
    GRANT_NOT_FOUND,
  )
  return await transact(db, (tx) => endGrants(tx, call, (grants) => grants.where('id', '=', id), 'revoked'))
}

async function revokeInWorkspace(db: Db, call: Call, workspaceId: string, id: string): Promise<number> {
  await requireWorkspace(db, call, workspaceId)
  authorize(call.principal, 'delete', 'grants', { workspaceId })
  const application = await findClient(db, id)
  const uuid = application?.id ?? (isUuid(id) ? id : undefined)
  if (uuid === undefined) return 0
  return await transact(db, (tx) =>
    endGrants(
      tx,
      call,
      (grants) =>
        grants
          .where('workspace_id', '=', workspaceId)
          .where((eb) => eb.or([eb('id', '=', uuid), eb('application_id', '=', uuid)])),
      'revoked',
    ),
  )
}

/**
 * Withdraws consent: its access tokens are refused from the next request on, its refresh tokens and codes too.
 * Throws `grant-not-found`, `workspace-not-found`, `forbidden`.
 */
export async function revokeGrant(db: Db, call: Call, { workspaceId, id }: GrantToRevoke): Promise<void> {
  const ended =
    workspaceId === undefined
      ? await revokeOne(db, call, id)
      : await revokeInWorkspace(db, call, workspaceId, id)
  if (ended === 0) throw new CroftError(GRANT_NOT_FOUND.code, GRANT_NOT_FOUND.message)
}
