import type { Db } from '../../platform/db/connect.ts'
import { HOLDER_TYPES } from './find-token.ts'
import { ANONYMOUS } from './principal.ts'
import type { Refusal } from './refusal.ts'
import { hashToken } from './token-hash.ts'

/** Whose token this was, for the trail; undefined when there never was such a one, or it is long gone. */
export async function findDeadToken(db: Db, bearer: string): Promise<Refusal | undefined> {
  const row = await db
    .selectFrom('access_tokens as token')
    .leftJoin('users', 'users.id', 'token.user_id')
    .where('token.token_hash', '=', hashToken(bearer))
    .select([
      'token.id',
      'token.kind',
      'token.name',
      'token.workspace_id',
      'token.user_id',
      'token.grant_id',
      'token.identity_id',
      'users.email',
    ])
    .executeTakeFirst()
  if (!row) return undefined
  const principal = {
    ...ANONYMOUS,
    type: HOLDER_TYPES[row.kind],
    id: row.grant_id ?? row.identity_id ?? row.id,
    name: row.email ?? row.name ?? row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    tokenId: row.id,
  }
  return {
    principal,
    action: 'authenticate',
    subjectType: 'token',
    subjectId: row.id,
    workspaceId: row.workspace_id,
  }
}
