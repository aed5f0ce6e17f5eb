import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, requireWorkspace } from '../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import { type BackupPolicy, POLICY_COLUMNS, policyFields, selectPolicies, toPolicy } from './policy.ts'

export interface PolicyFilter {
  readonly workspaceId: string
  readonly id?: string | undefined
  readonly name?: string | undefined
}

const columns = {
  id: sql.ref('backup_policies.id'),
  name: sql.ref('backup_policies.name'),
  created_at: sql.ref('backup_policies.created_at'),
}

/** A workspace's backup policies. Throws `workspace-not-found`. */
export async function listPolicies(
  db: Db,
  call: Call,
  { workspaceId, id, name }: PolicyFilter,
  page: SortedPageRequest,
): Promise<SortedPage<BackupPolicy>> {
  await requireWorkspace(db, call, workspaceId)
  const { where } = filterOf(call.principal, 'read', 'backup-targets', POLICY_COLUMNS)
  let query = selectPolicies(db).where('backup_policies.workspace_id', '=', workspaceId).where(where)
  if (id !== undefined) query = query.where('backup_policies.id', '=', id)
  if (name !== undefined) query = query.where('backup_policies.name', '=', name)
  return readSortedPage(
    {
      query,
      columns,
      id: sql.ref('backup_policies.id'),
      toItem: toPolicy,
      isReadable: (found) => isAllowed(call.principal, 'read', 'backup-targets', policyFields(found)),
    },
    page,
  )
}
