import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { FindToken, TokenRow } from './find-token.ts'
import type { Binding, Principal } from './principal.ts'
import { readBindings } from './read-bindings.ts'
import { hashToken } from './token-hash.ts'
import type { TokenUsage } from './token-usage.ts'

// Ours have a few hundred characters.
const LONGEST_TOKEN = 4096

const TYPES = { service: 'service-token', oauth: 'oauth', user: 'user' } as const

export interface AuthenticateDeps {
  readonly db: Db
  readonly find: FindToken
  readonly usage: TokenUsage
}

/**
 * The principal behind a bearer token. Nothing is cached: a token revoked, a grant withdrawn or a user disabled
 * counts from the next request on. Throws `not-authenticated`.
 */
export async function authenticate(deps: AuthenticateDeps, bearer: string): Promise<Principal> {
  const row = bearer.length <= LONGEST_TOKEN ? await deps.find(hashToken(bearer)) : undefined
  const bindings = row ? await bindingsOf(deps.db, row) : []
  if (!row || bindings.length === 0) {
    throw new CroftError('not-authenticated', 'The token is unknown, expired or revoked.', {
      hint: 'Create a new token, or log in again.',
    })
  }
  deps.usage.note(row.id, row.last_used_at)
  return {
    type: TYPES[row.kind],
    id: row.grant_id ?? row.id,
    name: row.email ?? row.name ?? row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    tokenId: row.id,
    scopes: row.scopes,
    bindings,
  }
}

async function bindingsOf(db: Db, row: TokenRow): Promise<Binding[]> {
  if (row.workspace_id === null) return row.user_id === null ? [] : readBindings(db, row.user_id)
  // What a user lets an application do ends with what the user may do.
  const role = row.kind === 'service' ? 'workspace-admin' : row.role
  return role ? [{ role, scope: { type: 'workspace', id: row.workspace_id } }] : []
}
