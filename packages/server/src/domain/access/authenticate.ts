import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authenticateSession } from './authenticate-session.ts'
import { findDeadToken } from './find-dead-token.ts'
import { type FindToken, HOLDER_TYPES, type TokenRow } from './find-token.ts'
import type { FindApiKey, FoundKey } from './keys/find-api-key.ts'
import { ANONYMOUS, type Principal } from './principal.ts'
import { readBindings } from './read-bindings.ts'
import { refusing } from './refusal.ts'
import type { Binding } from './rules/binding.ts'
import { findSecurityRefs, type SecurityRef } from './security/security-refs.ts'
import { variablesOf, withSecurity, withSecurityOf } from './security/with-security.ts'
import { mayBeBearer } from './token-format.ts'
import { hashToken } from './token-hash.ts'
import type { TokenUsage } from './token-usage.ts'

// Ours have a few hundred characters.
const LONGEST_TOKEN = 4096

export interface AuthenticateDeps {
  readonly db: Db
  readonly find: FindToken
  readonly findKey: FindApiKey
  readonly usage: TokenUsage
}

/** What a request brings along. */
export interface Credentials {
  readonly bearer?: string | undefined
  /** Of a browser's cookie; a bearer goes before it. */
  readonly session?: string | undefined
  /** Of the header `x-prismeai-api-key`. */
  readonly apiKey?: string | undefined
  /** The workspace that the request is about, where that is known: it says by its own security what all may do. */
  readonly workspaceId?: string | undefined
}

/**
 * The principal behind a request's credentials. Nothing is cached: a token revoked, a grant withdrawn or a user
 * disabled counts from the next request on. An API key adds its rules to whoever sends it, and stands for itself
 * when nobody else is named; one that is unknown or switched off adds nothing, as in Prisme.ai's API. Throws
 * `not-authenticated` for a bad bearer token, and when there is neither.
 */
export async function authenticate(deps: AuthenticateDeps, credentials: Credentials): Promise<Principal> {
  const { bearer, session, apiKey } = credentials
  const [holder, key] = await Promise.all([
    bearer === undefined ? findVisitor(deps.db, session) : findHolder(deps, bearer),
    apiKey === undefined ? undefined : deps.findKey(apiKey),
  ])
  if (key) deps.usage.note(key.id, key.lastUsedAt)
  const principal = await combine(deps.db, holder, key, apiKey)
  const { workspaceId } = credentials
  return workspaceId === undefined ? principal : withSecurityOf(deps.db, principal, workspaceId)
}

async function combine(
  db: Db,
  holder: Principal | undefined,
  key: FoundKey | undefined,
  apiKey: string | undefined,
): Promise<Principal> {
  if (holder) return key ? withKey(db, holder, key) : holder
  if (apiKey === undefined) {
    throw new CroftError('not-authenticated', 'The request names nobody.', {
      hint: 'Send "Authorization: Bearer <token>" or "x-prismeai-api-key: <key>".',
    })
  }
  return key ? byKey(db, key) : ANONYMOUS
}

async function findVisitor(db: Db, session: string | undefined): Promise<Principal | undefined> {
  if (session === undefined) return undefined
  const visitor = await authenticateSession(db, session)
  if (visitor) return visitor
  throw new CroftError('not-authenticated', 'The session has ended.', { hint: 'Log in again.' })
}

async function findHolder(deps: AuthenticateDeps, bearer: string): Promise<Principal> {
  const possible = bearer.length <= LONGEST_TOKEN && mayBeBearer(bearer)
  const row = possible ? await deps.find(hashToken(bearer)) : undefined
  if (row?.kind === 'api-key') {
    const key = await deps.findKey(bearer)
    if (key) return byKey(deps.db, key)
  }
  const bindings = row ? await bindingsOf(deps.db, row) : []
  // What a user lets an application do ends with what the user may do.
  if (!row || row.kind === 'api-key' || (row.kind === 'oauth' && bindings.length === 0)) {
    const error = new CroftError('not-authenticated', 'The token is unknown, expired or revoked.', {
      hint: 'Create a new token, or log in again.',
    })
    const dead = possible ? await findDeadToken(deps.db, bearer) : undefined
    throw dead ? refusing(error, dead) : error
  }
  deps.usage.note(row.id, row.last_used_at)
  const holder: Principal = {
    type: HOLDER_TYPES[row.kind],
    id: row.grant_id ?? row.identity_id ?? row.id,
    name: row.email ?? row.identity_name ?? row.name ?? row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    tokenId: row.id,
    ...(row.kind === 'user-key' ? { byOwnKey: true } : {}),
    scopes: row.scopes,
    bindings,
    ruleSets: [],
  }
  // A second query, but only where some workspace has a security of its own.
  const refs = row.any_security
    ? await findSecurityRefs(deps.db, {
        holderId: row.user_id ?? row.identity_id,
        workspaceId: row.workspace_id,
      })
    : []
  return withSecurity(deps.db, holder, refs)
}

const securityOf = ({ workspaceId, security }: FoundKey): SecurityRef[] =>
  security === null ? [] : [{ workspaceId, version: security, roles: [] }]

function withKey(db: Db, holder: Principal, key: FoundKey): Promise<Principal> {
  const both = { ...holder, ruleSets: [...holder.ruleSets, key.ruleSet(variablesOf(holder))] }
  return withSecurity(db, both, securityOf(key))
}

function byKey(db: Db, key: FoundKey): Promise<Principal> {
  const principal: Principal = {
    ...ANONYMOUS,
    type: 'api-key',
    id: key.id,
    name: key.name,
    workspaceId: key.workspaceId,
    tokenId: key.id,
    ruleSets: [key.ruleSet({})],
  }
  return withSecurity(db, principal, securityOf(key))
}

async function bindingsOf(db: Db, row: TokenRow): Promise<Binding[]> {
  if (row.identity_id !== null) return readBindings(db, { identityId: row.identity_id })
  if (row.workspace_id === null) return row.user_id === null ? [] : readBindings(db, { userId: row.user_id })
  const role = row.kind === 'service' ? 'workspace-admin' : row.role
  return role ? [{ role, scope: { type: 'workspace', id: row.workspace_id } }] : []
}
