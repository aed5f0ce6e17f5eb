import { sql } from 'kysely'
import type { Executor } from '../../../platform/db/index.ts'

export interface User {
  readonly id: string
  readonly email: string
  readonly displayName: string | null
  readonly disabled: boolean
  /** Whether a code of an authenticator app is asked for at the login. */
  readonly secondFactor: boolean
  /** False for who logs in at another provider only. */
  readonly hasPassword: boolean
  readonly lastLoginAt: Date | null
  readonly createdAt: Date
}

interface Row {
  readonly id: string
  readonly email: string
  readonly display_name: string | null
  readonly disabled_at: Date | null
  readonly totp_confirmed_at: Date | null
  readonly has_password: boolean
  readonly last_login_at: Date | null
  readonly created_at: Date
}

export function selectUsers(db: Executor) {
  return db
    .selectFrom('users')
    .select([
      'id',
      'email',
      'display_name',
      'disabled_at',
      'totp_confirmed_at',
      'last_login_at',
      'created_at',
    ])
    .select(sql<boolean>`password_hash is not null`.as('has_password'))
}

export function toUser(row: Row): User {
  return {
    id: row.id,
    email: row.email,
    displayName: row.display_name,
    disabled: row.disabled_at !== null,
    secondFactor: row.totp_confirmed_at !== null,
    hasPassword: row.has_password,
    lastLoginAt: row.last_login_at,
    createdAt: row.created_at,
  }
}

export const USER_NOT_FOUND = {
  code: 'user-not-found',
  message: 'There is no user with this id, or it is not accessible.',
} as const
