import type { InferResult } from 'kysely'
import type { Executor } from '../../../platform/db/connect.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { valueContext } from '../keys/api-key.ts'
import type { Call } from '../principal.ts'
import { refusing } from '../refusal.ts'

/** A user's own key: it may do what its user may, at the moment it is used. */
export interface UserKey {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly value: string
  /** Its last four characters. */
  readonly hint: string
  readonly enabled: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Null: never. Cannot be changed. */
  readonly expiresAt: Date | null
  /** True to the minute. */
  readonly lastUsedAt: Date | null
}

export const keyNotFound = () => new CroftError('key-not-found', 'You have no API key with this id.')

/** Keys of a user that were not deleted. */
export function selectUserKeys(db: Executor, userId: string) {
  return db
    .selectFrom('access_tokens')
    .where('kind', '=', 'user-key')
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .select(['id', 'name', 'hint', 'sealed', 'created_at', 'updated_at'])
    .select(['expires_at', 'disabled_at', 'last_used_at'])
}
type Row = InferResult<ReturnType<typeof selectUserKeys>>[number]

export function toUserKey(sealer: Sealer, userId: string, row: Row): UserKey {
  if (row.sealed === null) throw new TypeError(`the key ${row.id} has no value`)
  return {
    id: row.id,
    userId,
    name: row.name ?? '',
    value: sealer.open(row.sealed, valueContext(row.id)),
    hint: row.hint,
    enabled: row.disabled_at === null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}

/**
 * The user who calls, as that user: what an application or a program was let do does not reach to keys, which may do
 * everything that their user may. Nor does a key: one that was found would make another that never ends, and see the
 * values of the rest. Throws `forbidden`.
 */
export function requireUser({ principal }: Call): string {
  if (principal.type === 'user' && principal.userId !== null && !principal.byOwnKey) return principal.userId
  const error = principal.byOwnKey
    ? new CroftError('forbidden', 'An API key may not see or change API keys.', { hint: 'Log in.' })
    : new CroftError('forbidden', 'Only users have API keys of their own.', {
        hint: 'Log in, or use a service identity for a program.',
      })
  const { workspaceId } = principal
  throw refusing(error, {
    principal,
    action: 'manage',
    subjectType: 'user-key',
    subjectId: null,
    workspaceId,
  })
}
