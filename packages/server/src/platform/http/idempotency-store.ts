import { sql } from 'kysely'
import type { Db } from '../db/connect.ts'
import { newId } from '../ids/index.ts'

/** A caller's key for one operation. */
export interface KeyName {
  readonly scope: string
  readonly key: string
}

export interface StoredAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer | null
}

/** The time until which the key is ours, as text to the microsecond: who holds another one has lost it. */
export type Lock = string

export interface Ours {
  readonly lock: Lock
  /** The id for what the request makes: the same for each try, so that a repeat finds what an earlier one made. */
  readonly resourceId: string
}

export type Claim =
  | ({ readonly type: 'ours' } & Ours)
  | { readonly type: 'answered'; readonly answer: StoredAnswer }
  | { readonly type: 'in-flight' }
  | { readonly type: 'other-body' }

// A process that was killed frees its keys after this; a live one renews them.
const LOCKED = sql`now() + interval '15 seconds'`
const KEPT = sql`interval '24 hours'`

async function tryClaim(db: Db, { scope, key }: KeyName, hash: Buffer): Promise<Ours | undefined> {
  const { rows } = await sql<Ours>`
    insert into idempotency_keys as old (scope, key, request_hash, locked_until, resource_id)
    values (${scope}, ${key}, ${hash}, ${LOCKED}, ${newId()})
    on conflict (scope, key) do update
      set request_hash = excluded.request_hash, locked_until = excluded.locked_until, created_at = now(),
        status = null, headers = null, body = null,
        resource_id =
          case when old.created_at < now() - ${KEPT} then excluded.resource_id else old.resource_id end
      where (old.status is null and old.locked_until < now() and old.request_hash = excluded.request_hash)
        or old.created_at < now() - ${KEPT} and old.locked_until < now()
    returning locked_until::text as lock, resource_id as "resourceId"`.execute(db)
  return rows[0]
}

/** Takes the key for a request with this body, or says what became of the one that took it before. */
export async function claimKey(db: Db, name: KeyName, hash: Buffer): Promise<Claim> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const ours = await tryClaim(db, name, hash)
    if (ours) return { type: 'ours', ...ours }
    const row = await db
      .selectFrom('idempotency_keys')
      .select(['request_hash', 'status', 'headers', 'body'])
      .where('scope', '=', name.scope)
      .where('key', '=', name.key)
      .executeTakeFirst()
    // Freed in between: try to take it again.
    if (!row) continue
    if (!row.request_hash.equals(hash)) return { type: 'other-body' }
    if (row.status === null) return { type: 'in-flight' }
    return { type: 'answered', answer: { status: row.status, headers: row.headers ?? {}, body: row.body } }
  }
  return { type: 'in-flight' }
}

/** Holds the key for longer; undefined when it was lost. */
export async function renewKey(db: Db, { scope, key }: KeyName, lock: Lock): Promise<Lock | undefined> {
  const { rows } = await sql<{ lock: Lock }>`
    update idempotency_keys set locked_until = ${LOCKED}
    where scope = ${scope} and key = ${key} and status is null and locked_until = ${lock}::timestamptz
    returning locked_until::text as lock`.execute(db)
  return rows[0]?.lock
}

/** Keeps the answer for those who ask again. */
export async function storeAnswer(db: Db, name: KeyName, lock: Lock, answer: StoredAnswer): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set({ status: answer.status, headers: answer.headers, body: answer.body })
    .where('scope', '=', name.scope)
    .where('key', '=', name.key)
    .where('status', 'is', null)
    .where(sql<boolean>`locked_until = ${lock}::timestamptz`)
    .execute()
}

/** Lets the request be tried again at once. The id stays: some of it may have been done. */
export async function freeKey(db: Db, name: KeyName, lock: Lock): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set({ locked_until: sql<Date>`now() - interval '1 microsecond'` })
    .where('scope', '=', name.scope)
    .where('key', '=', name.key)
    .where('status', 'is', null)
    .where(sql<boolean>`locked_until = ${lock}::timestamptz`)
    .execute()
}

/** Removes answers that are older than a day. Returns how many. */
export async function purgeIdempotencyKeys(db: Db): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', sql<Date>`now() - ${KEPT}`)
    .where('locked_until', '<', sql<Date>`now()`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
