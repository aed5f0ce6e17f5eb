import { createHash } from 'node:crypto'
import type { Executor } from '../../platform/db/connect.ts'

export const joinTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()

/** The target an agent's join token belongs to, or undefined. */
export async function findTargetByToken(db: Executor, token: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('targets')
    .select('id')
    .where('join_token_hash', '=', joinTokenHash(token))
    .executeTakeFirst()
  return row?.id
}
