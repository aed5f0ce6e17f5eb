import type { Executor } from '../../../platform/db/connect.ts'
import { hashToken } from '../token-hash.ts'
import { keyNotFound, selectApiKeys } from './api-key.ts'

/** A key by its id, or by its value as Prisme.ai's API names keys. */
export type WhichKey = { readonly id: string } | { readonly value: string }

/** The row of a workspace's key, locked for the transaction. Throws `key-not-found`. */
export async function lockApiKey(tx: Executor, workspaceId: string, which: WhichKey) {
  const row = await whereKey(tx, workspaceId, which).forUpdate().executeTakeFirst()
  if (!row) throw keyNotFound()
  return row
}

export function whereKey(db: Executor, workspaceId: string, which: WhichKey) {
  const keys = selectApiKeys(db).where('workspace_id', '=', workspaceId)
  if ('id' in which) return keys.where('id', '=', which.id)
  return keys.where('token_hash', '=', hashToken(which.value))
}
