import { type Db, type Tx, transact } from '../../../platform/db/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { newId } from '../../../platform/ids/index.ts'
import type { Sealer } from '../../../platform/secrets/index.ts'
import { recordEvent } from '../../events/index.ts'
import { checkName } from '../check-name.ts'
import { valueContext } from '../keys/api-key.ts'
import { madeBefore } from '../made-before.ts'
import type { Call } from '../principal.ts'
import { hashToken, newToken } from '../token-hash.ts'
import { keyNotFound, requireUser, selectUserKeys, toUserKey, type UserKey } from './user-key.ts'

export interface NewUserKey {
  readonly name: string
  /** Null: never. */
  readonly expiresAt: Date | null
}

const MOST_KEYS = 10
/** One more than other names may have, as Portworx' API has it. */
export const LONGEST_NAME = 256

function checkEnd(expiresAt: Date | null): void {
  if (expiresAt === null || expiresAt.getTime() > Date.now()) return
  const message = 'must lie in the future'
  throw new CroftError('invalid-input', `The key’s end ${message}.`, {
    fields: [{ path: '/expiresAt', message }],
  })
}

/** All that changes how many keys a user has, and what they are called, happens under this lock. */
export async function lockUser(tx: Tx, userId: string): Promise<void> {
  await tx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute()
}

/** Throws `name-taken` when another key of the user has the name. */
export async function assertNameFree(tx: Tx, userId: string, name: string, except: string): Promise<void> {
  const taken = await selectUserKeys(tx, userId)
    .where('name', '=', name)
    .where('id', '<>', except)
    .executeTakeFirst()
  if (taken) throw new CroftError('name-taken', `You have an API key named ${name} already.`)
}

/** Throws `too-many-keys`, `name-taken`, `invalid-input`, `forbidden`. */
export async function createUserKey(
  { db, sealer }: { db: Db; sealer: Sealer },
  call: Call,
  input: NewUserKey,
): Promise<UserKey> {
  const userId = requireUser(call)
  const name = checkName(input.name, '/name', LONGEST_NAME)
  const { expiresAt } = input
  checkEnd(expiresAt)
  const { resourceId: id = newId() } = call
  return transact(db, async (tx) => {
    await lockUser(tx, userId)
    const read = async () => {
      const row = await selectUserKeys(tx, userId).where('id', '=', id).executeTakeFirst()
      if (!row) throw keyNotFound()
      return toUserKey(sealer, userId, row)
    }
    if (await madeBefore(tx, call, 'access_tokens')) return read()
    const keys = await selectUserKeys(tx, userId).execute()
    if (keys.length >= MOST_KEYS) {
      throw new CroftError('too-many-keys', `You have ${MOST_KEYS} API keys, and no user may have more.`, {
        hint: 'Delete one that is switched off or has expired.',
      })
    }
    await assertNameFree(tx, userId, name, id)
    const value = newToken('croft_key_')
    await tx
      .insertInto('access_tokens')
      .values({
        id,
        kind: 'user-key',
        token_hash: hashToken(value),
        hint: value.slice(-4),
        sealed: sealer.seal(value, valueContext(id)),
        name,
        user_id: userId,
        expires_at: expiresAt,
      })
      .execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'user-key.created',
      subjectType: 'user-key',
      subjectId: id,
      after: { userId, name, expiresAt },
    })
    return read()
  })
}
