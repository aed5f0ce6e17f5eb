import type { Selectable } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import type { AccessTokensTable } from '../../../platform/db/tables.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { type Sealer, sealedContext } from '../../../platform/secrets/index.ts'
import type { StoredRule } from './stored-rule.ts'

/** A key whose rules say what it may do. Its value can be shown again, as in Prisme.ai's API. */
export interface ApiKey {
  readonly id: string
  readonly workspaceId: string
  readonly name: string
  readonly value: string
  readonly rules: readonly StoredRule[]
  readonly disabled: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly lastUsedAt: Date | null
}

export const KEY_NOT_FOUND = {
  code: 'key-not-found',
  message: 'There is no API key with this value or id in the workspace.',
} as const
export const keyNotFound = (): CroftError => new CroftError(KEY_NOT_FOUND.code, KEY_NOT_FOUND.message)

/** Binds a sealed value to its row. */
export const valueContext = (id: string): string => sealedContext('access_tokens', 'sealed', id)

const COLUMNS = [
  'id',
  'workspace_id',
  'name',
  'sealed',
  'rules',
  'disabled_at',
  'created_at',
  'updated_at',
  'last_used_at',
] as const
type Row = Pick<Selectable<AccessTokensTable>, (typeof COLUMNS)[number]>

/** The keys that were not deleted, those that are switched off too. */
export function selectApiKeys(db: Executor) {
  return db
    .selectFrom('access_tokens')
    .where('kind', '=', 'api-key')
    .where('revoked_at', 'is', null)
    .select(COLUMNS)
}

export function toApiKey(sealer: Sealer, row: Row): ApiKey {
  if (row.workspace_id === null || row.sealed === null) throw new TypeError(`key ${row.id} lacks its parts`)
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name ?? '',
    value: sealer.open(row.sealed, valueContext(row.id)),
    rules: (row.rules ?? []) as StoredRule[],
    disabled: row.disabled_at !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastUsedAt: row.last_used_at,
  }
}
