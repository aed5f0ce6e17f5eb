import type { InferResult } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'

/** A service token as Portworx sees it: the program that comes with it. */
export interface ServiceAccount {
  readonly id: string
  readonly organizationId: string
  readonly workspaceId: string
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const NO_SERVICE_ACCOUNT = {
  code: 'token-not-found',
  message: 'There is no service account with this id, or it is not accessible.',
} as const

/** Service tokens that were not revoked. */
export function selectServiceAccounts(db: Executor) {
  return db
    .selectFrom('access_tokens as token')
    .innerJoin('workspaces as workspace', 'workspace.id', 'token.workspace_id')
    .where('token.kind', '=', 'service')
    .where('token.revoked_at', 'is', null)
    .select(['token.id', 'token.name', 'token.sealed', 'token.created_at', 'token.updated_at'])
    .select(['workspace.id as workspace_id', 'workspace.organization_id'])
}
type Row = InferResult<ReturnType<typeof selectServiceAccounts>>[number]

export const toServiceAccount = (row: Row): ServiceAccount => ({
  id: row.id,
  organizationId: row.organization_id,
  workspaceId: row.workspace_id,
  name: row.name ?? '',
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
