import { sql } from 'kysely'
import type { Db } from '../../platform/db/connect.ts'
import { type Call, filterOf, isAllowed, requireWorkspace } from '../access/index.ts'
import { readSortedPage, type SortedPage, type SortedPageRequest } from '../sorted-page.ts'
import {
  type BackupCredentials,
  CREDENTIALS_COLUMNS,
  credentialsFields,
  selectCredentials,
  toCredentials,
} from './credentials.ts'

export interface CredentialsFilter {
  readonly workspaceId: string
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly type?: string | undefined
}

const columns = {
  id: sql.ref('backup_credentials.id'),
  name: sql.ref('backup_credentials.name'),
  created_at: sql.ref('backup_credentials.created_at'),
}

/** A workspace's backup credentials. Throws `workspace-not-found`. */
export async function listCredentials(
  db: Db,
  call: Call,
  { workspaceId, id, name, type }: CredentialsFilter,
  page: SortedPageRequest,
): Promise<SortedPage<BackupCredentials>> {
  await requireWorkspace(db, call, workspaceId)
  const { where } = filterOf(call.principal, 'read', 'backup-targets', CREDENTIALS_COLUMNS)
  let query = selectCredentials(db).where('backup_credentials.workspace_id', '=', workspaceId).where(where)
  if (id !== undefined) query = query.where('backup_credentials.id', '=', id)
  if (name !== undefined) query = query.where('backup_credentials.name', '=', name)
  if (type !== undefined) query = query.where(sql<boolean>`backup_credentials.type = ${type}`)
  return readSortedPage(
    {
      query,
      columns,
      id: sql.ref('backup_credentials.id'),
      toItem: toCredentials,
      isReadable: (found) => isAllowed(call.principal, 'read', 'backup-targets', credentialsFields(found)),
    },
    page,
  )
}
