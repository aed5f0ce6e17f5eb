import { CroftError } from '../../platform/errors/index.ts'
import type { FindToken } from './find-token.ts'
import type { Principal } from './principal.ts'
import { hashToken } from './token-hash.ts'
import type { TokenUsage } from './token-usage.ts'

// Ours have a few hundred characters.
const LONGEST_TOKEN = 4096

/**
 * The principal behind a bearer token. Nothing is cached: a token revoked, a grant withdrawn or a user disabled
 * counts from the next request on. Throws `not-authenticated`.
 */
export async function authenticate(find: FindToken, usage: TokenUsage, bearer: string): Promise<Principal> {
  const row = bearer.length <= LONGEST_TOKEN ? await find(hashToken(bearer)) : undefined
  // What a user lets an application do ends with what the user may do.
  const role = row?.kind === 'service' ? 'workspace-admin' : row?.role
  if (!row || !role) {
    throw new CroftError('not-authenticated', 'The token is unknown, expired or revoked.', {
      hint: 'Create a new token, or log in again.',
    })
  }
  usage.note(row.id, row.last_used_at)
  return {
    type: row.kind === 'service' ? 'service-token' : 'oauth',
    id: row.grant_id ?? row.id,
    name: row.email ?? row.name ?? row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    tokenId: row.id,
    scopes: row.scopes,
    bindings: [{ role, scope: { type: 'workspace', id: row.workspace_id } }],
  }
}
