import { type InferResult, sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import { type Call, getUser } from '../access/index.ts'
import type { AccountUser } from './entities.ts'

/** Users, with the provider that they first logged in at, if it was one. */
export function selectAccountUsers(db: Executor) {
  return db
    .selectFrom('users')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('user_identities as each')
          .whereRef('each.user_id', '=', 'users.id')
          .select(['each.issuer', 'each.subject'])
          .orderBy('each.created_at')
          .orderBy('each.issuer')
          .limit(1)
          .as('login'),
      (join) => join.on(sql<boolean>`true`),
    )
    .select(['users.id', 'users.email', 'users.created_at', 'login.issuer', 'login.subject'])
}

export function toAccountUser(row: InferResult<ReturnType<typeof selectAccountUsers>>[number]): AccountUser {
  const { id, email, created_at: createdAt, issuer, subject } = row
  return { id, email, createdAt, login: issuer === null || subject === null ? null : { issuer, subject } }
}

/** Oneself, or a member of an account that the caller administers. Throws `user-not-found`. */
export async function getAccountUser(db: Executor, call: Call, id: string): Promise<AccountUser> {
  await getUser(db, call, id)
  return toAccountUser(await selectAccountUsers(db).where('users.id', '=', id).executeTakeFirstOrThrow())
}
