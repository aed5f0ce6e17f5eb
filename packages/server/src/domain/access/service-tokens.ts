import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { AccessTokensTable } from '../../platform/db/tables.ts'
import type { ServiceToken } from './entities.ts'

type Row = Pick<Selectable<AccessTokensTable>, 'id' | 'name' | 'hint' | 'created_at' | 'expires_at'> & {
  readonly workspace_id: string
}

/** Service tokens that were not revoked; expired ones are shown so that people see why they stopped working. */
export function selectServiceTokens(db: Executor) {
  return db
    .selectFrom('access_tokens')
    .where('kind', '=', 'service')
    .where('revoked_at', 'is', null)
    .select(['id', 'workspace_id', 'name', 'hint', 'created_at', 'expires_at'])
    .$narrowType<{ workspace_id: string }>()
}

export function toServiceToken(row: Row): ServiceToken {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name ?? '',
    hint: row.hint,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
