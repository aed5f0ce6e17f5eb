import { type Selectable, sql } from 'kysely'
import type { Executor } from '../../../platform/db/index.ts'
import type { InvitationsTable } from '../../../platform/db/tables.ts'
import { findPlace, isPlaceType, PLATFORM, type Place, type ScopeRef } from '../bindings/place.ts'

/** A role that waits for somebody to come and take it. */
export interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly scope: ScopeRef
  /** A user's id; null for who is not one, or is no more. */
  readonly invitedBy: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

type Row = Pick<
  Selectable<InvitationsTable>,
  'id' | 'email' | 'role' | 'scope_type' | 'scope_id' | 'invited_by' | 'created_at' | 'expires_at'
>

/** Invitations that nobody has accepted or withdrawn; they may have expired. */
export function selectOpenInvitations(db: Executor) {
  return db
    .selectFrom('invitations')
    .where('accepted_at', 'is', null)
    .where('deleted_at', 'is', null)
    .select(['id', 'email', 'role', 'scope_type', 'scope_id', 'invited_by', 'created_at', 'expires_at'])
}

export const stillGood = sql<boolean>`expires_at > now()`

export function toInvitation(row: Row): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    scope: { type: row.scope_type, id: row.scope_id },
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

/** Where the role would be held; undefined when that is gone. Authorizes nothing. */
export async function placeOf(db: Executor, { scope: { type, id } }: Invitation): Promise<Place | undefined> {
  if (type === 'platform') return PLATFORM
  if (!isPlaceType(type) || id === null) return undefined
  const place = await findPlace(db, type, id)
  return place?.gone ? undefined : place
}

/** For people: `workspace Acme`. */
export const describePlace = ({ type, name }: Place): string =>
  type === 'platform' ? 'this installation' : `${type} ${name}`

export const INVITATION_NOT_FOUND = {
  code: 'invitation-not-found',
  message: 'There is no invitation with this id, or it is not accessible.',
} as const
