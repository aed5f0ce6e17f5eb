import { type Db, transact } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { recordEvent } from '../events/index.ts'
import { authorize } from './authorize.ts'
import type { Call } from './principal.ts'
import { hashToken, newToken } from './token-hash.ts'

/**
 * Makes a token that may do whatever its user may at the moment it is used, in every workspace and for the
 * platform. Returns its value, which is not shown again. For administrators.
 */
export async function createUserToken(
  db: Db,
  call: Call,
  input: { userId: string; name: string },
): Promise<string> {
  authorize(call.principal, 'manage', 'platform', {})
  const id = newId()
  const value = newToken('croft_user_')
  await transact(db, async (tx) => {
    await tx
      .insertInto('access_tokens')
      .values({
        id,
        kind: 'user',
        token_hash: hashToken(value),
        hint: value.slice(-4),
        name: input.name,
        user_id: input.userId,
      })
      .execute()
    await recordEvent(tx, call, {
      workspaceId: null,
      action: 'token.created',
      subjectType: 'token',
      subjectId: id,
      after: { name: input.name, userId: input.userId },
    })
  })
  return value
}
