import { type Db, transact } from '../../platform/db/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { newId } from '../../platform/ids/index.ts'
import { recordEvent } from '../events/index.ts'
import { authorize } from './authorize.ts'
import { checkName } from './check-name.ts'
import type { ServiceToken } from './entities.ts'
import type { Call } from './principal.ts'
import { requireWorkspace } from './require-workspace.ts'
import { newServiceTokenValue } from './service-token-value.ts'
import { toServiceToken } from './service-tokens.ts'
import { hashToken } from './token-hash.ts'

export interface NewServiceToken {
  readonly workspaceId: string
  readonly name: string
  /** Null or absent: never. */
  readonly expiresAt?: Date | null | undefined
}

/**
 * Makes a token that may do everything in one workspace; its `value` is not shown again.
 * Throws `workspace-not-found`, `forbidden`, `invalid-input`.
 */
export async function createServiceToken(
  db: Db,
  call: Call,
  input: NewServiceToken,
): Promise<ServiceToken & { readonly value: string }> {
  const { workspaceId } = input
  const expiresAt = input.expiresAt ?? null
  const name = checkName(input.name)
  if (expiresAt !== null && !(expiresAt.getTime() > Date.now())) {
    const fault = 'must lie in the future'
    throw new CroftError('invalid-input', `The token’s end ${fault}.`, {
      fields: [{ path: '/expiresAt', message: fault }],
    })
  }
  await requireWorkspace(db, call, workspaceId)
  authorize(call.principal, 'create', 'tokens', { workspaceId })

  const { resourceId: id = newId() } = call
  const value = newServiceTokenValue({ id, workspaceId, expiresAt })
  const row = await transact(db, async (tx) => {
    const inserted = await tx
      .insertInto('access_tokens')
      .values({
        id,
        kind: 'service',
        token_hash: hashToken(value),
        hint: value.slice(-4),
        name,
        workspace_id: workspaceId,
        expires_at: expiresAt,
      })
      // Made by an earlier try whose answer was lost: its value is nobody's, and this one takes its place.
      .onConflict((made) =>
        made
          .column('id')
          .doUpdateSet({ token_hash: hashToken(value), hint: value.slice(-4) })
          .where('access_tokens.revoked_at', 'is', null),
      )
      .returning(['id', 'name', 'hint', 'created_at', 'expires_at'])
      .executeTakeFirst()
    if (!inserted) throw new CroftError('token-not-found', 'The token that this call made was revoked since.')
    await recordEvent(tx, call, {
      workspaceId,
      action: 'token.created',
      subjectType: 'token',
      subjectId: id,
      after: { name, expiresAt },
    })
    return inserted
  })
  return { ...toServiceToken({ ...row, workspace_id: workspaceId }), value }
}
