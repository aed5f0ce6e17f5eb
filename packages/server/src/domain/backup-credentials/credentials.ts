import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { sealedContext } from '../../platform/secrets/index.ts'
import { type Action, authorizeFound, type Call, type Columns, type Subjects } from '../access/index.ts'
import type { CredentialsKind } from '../backup-targets/index.ts'

/** What may be shown of what a store is reached with. */
export type PublicCredentials =
  | { readonly type: 'azure'; readonly accountName: string; readonly endpoint?: string }
  | { readonly type: 'google'; readonly projectId: string; readonly endpoint?: string }
  | { readonly type: 's3' | 's3-compatible'; readonly accessKey: string; readonly endpoint: string }

/** What stores of a provider are reached with; targets are made of them. Never with their secret. */
export interface BackupCredentials {
  readonly id: string
  readonly workspaceId: string
  readonly organizationId: string
  readonly name: string
  readonly type: CredentialsKind
  readonly shown: PublicCredentials
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Binds a sealed secret to its row. */
export const credentialsContext = (id: string): string => sealedContext('backup_credentials', 'secret', id)

/** Backup credentials that are there; callers add conditions and an order. */
export function selectCredentials(db: Executor) {
  return db
    .selectFrom('backup_credentials')
    .innerJoin('workspaces', 'workspaces.id', 'backup_credentials.workspace_id')
    .where('backup_credentials.deleted_at', 'is', null)
    .selectAll('backup_credentials')
    .select('workspaces.organization_id')
}
type Row = Awaited<ReturnType<ReturnType<typeof selectCredentials>['execute']>>[number]

export const toCredentials = (row: Row): BackupCredentials => ({
  id: row.id,
  workspaceId: row.workspace_id,
  organizationId: row.organization_id,
  name: row.name,
  type: row.type,
  // As it was checked when it was stored.
  shown: { ...row.public, type: row.type } as PublicCredentials,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Who may read or change backup targets may do so with what they are made of. */
export const credentialsFields = ({
  id,
  workspaceId,
  name,
}: Pick<BackupCredentials, 'id' | 'workspaceId' | 'name'>): Subjects['backup-targets'] => ({
  id,
  workspaceId,
  name,
})

export const CREDENTIALS_COLUMNS: Columns = {
  id: { type: 'uuid', sql: sql.ref('backup_credentials.id') },
  workspaceId: { type: 'uuid', sql: sql.ref('backup_credentials.workspace_id') },
  name: { type: 'text', sql: sql.ref('backup_credentials.name') },
}

const NOT_FOUND = {
  code: 'backup-credentials-not-found',
  message: 'There are no backup credentials with this id, or they are not accessible.',
} as const

/** The credentials, if the caller may do this to them. Throws `backup-credentials-not-found`, `forbidden`. */
export async function getCredentials(
  db: Executor,
  call: Call,
  id: string,
  action: Action = 'read',
  hold = false,
): Promise<BackupCredentials> {
  let query = selectCredentials(db).where('backup_credentials.id', '=', id)
  if (hold) query = query.forUpdate('backup_credentials')
  const row = await query.executeTakeFirst()
  return authorizeFound(
    call.principal,
    action,
    'backup-targets',
    row && toCredentials(row),
    credentialsFields,
    NOT_FOUND,
  )
}
