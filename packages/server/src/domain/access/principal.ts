import type { Binding } from './rules/binding.ts'
import type { RuleSet } from './rules/rule.ts'

/** Who is behind a request, whatever credential it came with. */
export interface Principal {
  readonly type:
    | 'user'
    | 'service-token'
    | 'oauth'
    | 'identity'
    | 'api-key'
    | 'agent'
    | 'system'
    | 'anonymous'
  /** The user's, token's or grant's id; the name of the part for `system`. */
  readonly id: string
  /** For people: an email, a token's name. */
  readonly name: string
  /** The one workspace a token is bound to; null for users and the system. */
  readonly workspaceId: string | null
  /** The human behind it, when there is one. */
  readonly userId: string | null
  readonly tokenId: string | null
  /** Came with one of the user's own API keys, which must not change the account or its keys. */
  readonly byOwnKey?: true
  readonly scopes: readonly string[]
  readonly bindings: readonly Binding[]
  /** Of the API key that came along and of the workspaces' own security, in the order of loading. */
  readonly ruleSets: readonly RuleSet[]
}

/** One use of the API: whoever asks, and the id that ties log lines and events together. */
export interface Call {
  readonly principal: Principal
  readonly requestId: string
  /** The id for what this call makes. A repeat under the same Idempotency-Key has the same one. */
  readonly resourceId?: string
  /** The one engine that the API it came through knows: databases of others are not there for it. */
  readonly engine?: string
}

export const ANONYMOUS: Principal = {
  type: 'anonymous',
  id: 'anonymous',
  name: 'anonymous',
  workspaceId: null,
  userId: null,
  tokenId: null,
  scopes: [],
  bindings: [],
  ruleSets: [],
}

/** A part of Croft that acts on its own account, e.g. the backup schedule. May do anything. */
export function systemCall(part: string, requestId: string): Call {
  return {
    principal: {
      ...ANONYMOUS,
      type: 'system',
      id: part,
      name: part,
      bindings: [{ role: 'platform-admin', scope: { type: 'platform' } }],
    },
    requestId,
  }
}
