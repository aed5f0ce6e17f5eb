import type { Tx } from '../../platform/db/connect.ts'
import { newId } from '../../platform/ids/index.ts'
import type { Sealer } from '../../platform/secrets/index.ts'
import { recordEvent } from '../events/index.ts'
import { checkName } from './check-name.ts'
import { valueContext } from './keys/api-key.ts'
import type { Call } from './principal.ts'
import { newServiceTokenValue } from './service-token-value.ts'
import { hashToken } from './token-hash.ts'

/**
 * Writes a service token of a workspace whose value can be read again; Portworx calls it a service account. Answers its
 * id. Authorizes nothing. Throws `invalid-input`.
 */
export async function insertServiceAccount(
  tx: Tx,
  sealer: Sealer,
  call: Call,
  account: { readonly id?: string | undefined; readonly workspaceId: string; readonly name: string },
): Promise<string> {
  const { id = newId(), workspaceId } = account
  const name = checkName(account.name)
  const value = newServiceTokenValue({ id, workspaceId, expiresAt: null })
  await tx
    .insertInto('access_tokens')
    .values({
      ...{ id, kind: 'service', name, workspace_id: workspaceId },
      token_hash: hashToken(value),
      hint: value.slice(-4),
      sealed: sealer.seal(value, valueContext(id)),
    })
    .execute()
  await recordEvent(tx, call, {
    workspaceId,
    action: 'token.created',
    subjectType: 'token',
    subjectId: id,
    after: { name, expiresAt: null },
  })
  return id
}
