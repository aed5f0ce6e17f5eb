/** A column whose values are sealed with `table.column:row` as context; `row` is its primary key, joined by `:`. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  readonly primaryKey: readonly string[]
}

/** Every sealed column there is; a column that is missing here would be unreadable once old keys are deleted. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'credentials', column: 'password', primaryKey: ['id'] },
  { table: 'databases', column: 'backup_key', primaryKey: ['id'] },
  { table: 'backup_targets', column: 'secret', primaryKey: ['id'] },
  { table: 'backup_credentials', column: 'secret', primaryKey: ['id'] },
  { table: 'users', column: 'totp_secret', primaryKey: ['id'] },
  { table: 'oidc_logins', column: 'code_verifier', primaryKey: ['state_hash'] },
  { table: 'access_tokens', column: 'sealed', primaryKey: ['id'] },
  { table: 'account_details', column: 'dns_secret', primaryKey: ['organization_id'] },
  { table: 'idempotency_keys', column: 'body', primaryKey: ['scope', 'key'] },
]

/** The context (`aad`) of one value, e.g. `credentials.password:0198...`. */
export function sealedContext(table: string, column: string, ...primaryKey: readonly string[]): string {
  return `${table}.${column}:${primaryKey.join(':')}`
}
