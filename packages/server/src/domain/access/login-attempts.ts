import { sql } from 'kysely'
import { type Db, type Tx, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { addressKey } from './address-key.ts'
import { hashToken } from './token-hash.ts'

/** `free` failures cost nothing; each further one doubles the wait, from one second up to `longest` seconds. */
interface BackOff {
  readonly key: string
  readonly free: number
  readonly longest: number
}

/**
 * An account waits a minute at most, so that nobody can be locked out of it by a stranger; an address waits
 * longer. The account is kept as a hash: people type passwords into the wrong field.
 */
function backOffs(email: string, address: string): BackOff[] {
  return [
    { key: `account:${hashToken(email.toLowerCase()).toString('hex')}`, free: 5, longest: 60 },
    { key: `address:${addressKey(address)}`, free: 20, longest: 900 },
  ]
}

/** Seconds to wait after the failures counted so far. The exponent is bounded so that it cannot overflow. */
function waitOf({ free, longest }: BackOff) {
  return sql<number>`case when login_failures.failures < ${free}::int then 0
    else least(power(2, least(login_failures.failures - ${free}::int, 20)), ${longest}::int) end`
}

/** Counts an attempt in one statement, unless it comes too early; so guesses in parallel are all counted. */
async function countOne(tx: Tx, backOff: BackOff): Promise<void> {
  const due = sql<Date>`login_failures.last_at + make_interval(secs => ${waitOf(backOff)})`
  const counted = await tx
    .insertInto('login_failures')
    .values({ key: backOff.key, failures: 1, last_at: sql<Date>`clock_timestamp()` })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          failures: sql<number>`case when login_failures.last_at < clock_timestamp() - interval '1 hour' then 1
            else login_failures.failures + 1 end`,
          last_at: sql<Date>`clock_timestamp()`,
        })
        .where((eb) =>
          eb.or([
            eb('login_failures.failures', '<', backOff.free),
            eb(due, '<=', sql<Date>`clock_timestamp()`),
          ]),
        ),
    )
    .returning('key')
    .executeTakeFirst()
  if (counted) return
  const row = await tx
    .selectFrom('login_failures')
    .where('key', '=', backOff.key)
    .select(sql<number>`ceil(extract(epoch from ${due} - clock_timestamp()))::int`.as('seconds'))
    .executeTakeFirst()
  const retryAfter = Math.max(1, row?.seconds ?? 1)
  throw new CroftError('rate-limited', `Too many attempts. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  })
}

/** Counts a login as failed before its password is looked at. Throws `rate-limited` when it comes too early. */
export async function countAttempt(db: Db, email: string, address: string): Promise<void> {
  await transact(db, async (tx) => {
    for (const backOff of backOffs(email, address)) await countOne(tx, backOff)
  })
}

/** Counts a mail that somebody asks for. Throws `rate-limited` when there were many for the account or from there. */
export async function countReset(db: Db, email: string, address: string): Promise<void> {
  const backOffs: readonly BackOff[] = [
    { key: `reset:${hashToken(email.toLowerCase()).toString('hex')}`, free: 3, longest: 3600 },
    { key: `reset-from:${addressKey(address)}`, free: 10, longest: 3600 },
  ]
  await transact(db, async (tx) => {
    for (const backOff of backOffs) await countOne(tx, backOff)
  })
}

/** Takes the count back after a success: the account starts anew, the address only loses this one. */
export async function forgiveAttempt(tx: Tx, email: string, address: string): Promise<void> {
  const [account, source] = backOffs(email, address)
  if (account) await tx.deleteFrom('login_failures').where('key', '=', account.key).execute()
  if (!source) return
  await tx
    .updateTable('login_failures')
    .set({ failures: sql<number>`greatest(failures - 1, 0)` })
    .where('key', '=', source.key)
    .execute()
}
